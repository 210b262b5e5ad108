# Skein in a container: built once, then served by an account that may write to /data and /tmp alone.
FROM node:22-bookworm AS build
WORKDIR /skein
ENV NEXT_TELEMETRY_DISABLED=1
COPY package.json package-lock.json .npmrc ./
RUN npm ci --include=dev --ignore-scripts --no-audit --no-fund
RUN npm rebuild better-sqlite3
COPY tsconfig.json next.config.js postcss.config.mjs proxy.ts instrumentation.ts instrumentation-client.ts ./
COPY public ./public
COPY db ./db
COPY lib ./lib
COPY components ./components
COPY app ./app
COPY docs ./docs
# Stamps what it builds, so that the start finds it done and writes nothing.
RUN npm run build:served

FROM node:22-bookworm-slim
# Commands of agents run in bubblewrap; their files are kept by git.
RUN apt-get update \
  && apt-get install -y --no-install-recommends bubblewrap git ca-certificates \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /skein
COPY --from=build /skein /skein
RUN mkdir /data && chown node:node /data
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 SKEIN_DATA_DIR=/data
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/api/health/live').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "lib/bin/start.mjs"]
