const { rmSync } = require('node:fs');

module.exports = async () => {
  const started = globalThis.suyuanTestServer;
  if (started === undefined) return;
  await started.server.stop();
  rmSync(started.dataDir, { recursive: true, force: true });
};
