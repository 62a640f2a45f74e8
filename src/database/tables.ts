/** Every table and its columns, as the code sees them. The migrations make them; a test holds the two together. */
// biome-ignore lint/suspicious/noEmptyInterface: filled next
export interface Tables {}
