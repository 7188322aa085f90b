// One real PostgreSQL for the whole run, on a data directory of its own, unless SUYUAN_TEST_DATABASE_URL names a server.
const { mkdtempSync } = require('node:fs');
const { tmpdir } = require('node:os');
const path = require('node:path');

module.exports = async () => {
  if (process.env.SUYUAN_TEST_DATABASE_URL) return;
  const { EmbeddedPostgres } = require(path.join(__dirname, '../../dist/libs/platform/src'));
  const dataDir = mkdtempSync(path.join(tmpdir(), 'suyuan-test-'));
  const server = await EmbeddedPostgres.start({
    dataDir,
    tell: () => undefined,
    onLost: (error) => console.error('the test database is lost:', error.message),
  });
  process.env.SUYUAN_TEST_DATABASE_URL = server.url;
  globalThis.suyuanTestServer = { server, dataDir };
};
