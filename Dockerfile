# The published package with the dependencies of package-lock.json, run by a user without rights:
#   docker build -t bqml-emulator .
#   docker run -p 127.0.0.1:9050:9050 -v data:/data bqml-emulator start --bucket my-images=/buckets/my-images
# Debian: the native dependencies have no binaries for Alpine.
FROM node:24-slim AS build
WORKDIR /source
COPY . .
RUN npm ci && npm run -s package
# Once more, without what builds and tests it; what is left of the workspace is links, and onnxruntime-node carries 220 MB
# for other systems.
RUN npm ci --omit=dev --workspace bqml-emulator \
  && rm -rf node_modules/@bqml-emulator node_modules/bqml-emulator node_modules/.bin \
    node_modules/onnxruntime-node/bin/napi-v6/darwin node_modules/onnxruntime-node/bin/napi-v6/win32

FROM node:24-slim
WORKDIR /app
COPY --from=build /source/packages/emulator/dist/package ./
COPY --from=build /source/node_modules ./node_modules
RUN mkdir /data /buckets && chown node:node /data /buckets
USER node
ENV NODE_ENV=production BQML_EMULATOR_HOST=0.0.0.0 BQML_EMULATOR_PORT=9050 BQML_EMULATOR_DATA_DIR=/data
EXPOSE 9050
VOLUME /data
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.BQML_EMULATOR_PORT}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/bin/bqml-emulator.cjs"]
# Requests may be addressed to loopback names; `--allow-host NAME` adds the name that other containers use.
CMD ["start"]
