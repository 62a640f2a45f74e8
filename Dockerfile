# The service in one image: built with everything, run with what it needs, as an ordinary user.
FROM node:20-bookworm-slim AS build
WORKDIR /teshe
# SQLite's binding is compiled here where no ready-made one fits the machine.
RUN apt-get update \
 && apt-get install -y --no-install-recommends g++ make python3 \
 && rm -rf /var/lib/apt/lists/*
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build \
 && npm prune --omit=dev \
 && rm -rf dist/test

FROM node:20-bookworm-slim
ENV NODE_ENV=production \
    TESHE_DATA_DIR=/var/lib/teshe
WORKDIR /teshe
RUN install -d -o node -g node -m 0700 /var/lib/teshe
COPY --from=build /teshe/package.json /teshe/LICENSE ./
COPY --from=build /teshe/node_modules ./node_modules
COPY --from=build /teshe/dist ./dist
# Tables and recordings are read from beside the sources.
COPY --from=build /teshe/src ./src
COPY --from=build /teshe/simulators ./simulators
USER node
VOLUME /var/lib/teshe
EXPOSE 8080 1883
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "dist/scripts/healthcheck.js"]
CMD ["node", "dist/src/main.js"]
