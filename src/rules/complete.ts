/** What is added to a finding at the moment when it is reported: the guess at its cause, and what a test measured. */
import type { FindingStage } from '../model/finding.js'
import type { BoilerFacts } from './boiler/facts.js'
import { measureTest } from './boiler/test-measure.js'
import { boilerClues } from './causes/boiler.js'
import { elevatorClues } from './causes/elevator.js'
import { KEPT_CAUSES, rankCauses } from './causes/rank.js'
import type { Machine } from './condition.js'
import type { ElevatorFacts } from './elevator/facts.js'
import type { About } from './facts.js'
import type { PatternHead } from './pattern.js'

export function completeElevator(
  facts: ElevatorFacts,
  { id }: PatternHead,
  machine: Machine,
  stage: FindingStage,
  { entry }: About,
): void {
  // Once it is over, what led to it may be over as well.
  if (stage === 'cleared') return
  const clues = elevatorClues(facts, id, entry.facts.attributes)
  machine.causes = rankCauses('elevator', clues).slice(0, KEPT_CAUSES)
}

export function completeBoiler(
  facts: BoilerFacts,
  { id }: PatternHead,
  machine: Machine,
  stage: FindingStage,
  { marks }: About,
): void {
  if (machine.suppressed === 'test')
    machine.evidence = measureTest(facts, id, machine.since, machine.evidence)
  if (stage === 'cleared') return
  // What is urgent passes; whoever goes there must know that nothing may cut the fuel.
  if (facts.bypass && !machine.evidence.some(({ key }) => key === 'interlocks-bypassed'))
    machine.evidence = [
      ...machine.evidence,
      { key: 'interlocks-bypassed', witness: 'machine', signal: 'bypass' },
    ]
  machine.causes = rankCauses('boiler', boilerClues(facts, id, marks)).slice(0, KEPT_CAUSES)
}
