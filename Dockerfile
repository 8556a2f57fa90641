# Built from the repository; not tried where this is developed, which has no container engine.
FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
# The package's own `prepare` builds it, and needs the sources.
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build && npm pack --ignore-scripts && mv demanda-*.tgz demanda.tgz

FROM node:24-bookworm-slim AS installed
WORKDIR /opt/demanda
COPY --from=build /build/package.json /build/package-lock.json ./
RUN npm ci --ignore-scripts --omit=dev
COPY --from=build /build/demanda.tgz /tmp/
RUN tar -xzf /tmp/demanda.tgz --strip-components=1

FROM node:24-bookworm-slim
# Nobody's files are written but in /tmp and what is mounted: the root file system may be read-only.
RUN groupadd --gid 10001 demanda && useradd --uid 10001 --gid demanda --no-create-home --home-dir /tmp demanda
COPY --from=installed /opt/demanda /opt/demanda
ENV NODE_ENV=production HOME=/tmp
USER 10001:10001
WORKDIR /tmp
ENTRYPOINT ["node", "/opt/demanda/bin/demanda.js"]
CMD ["--help"]
