// A process that runs the embedded PostgreSQL and nothing else, for specs that kill it. Arguments: data directory, and
// optionally the user number to become first. Says on stdout, as JSON lines, what happened; stops on SIGTERM.
const path = require('node:path');
const { EmbeddedPostgres } = require(path.join(__dirname, '../../dist/libs/platform/src/embedded-postgres/embedded-postgres.js'));

const [dataDir, user] = process.argv.slice(2);
const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);
if (user !== undefined) {
  process.setgid(Number(user));
  process.setuid(Number(user));
}
EmbeddedPostgres.start({ dataDir, tell: (line) => say({ told: line }), onLost: (error) => say({ lost: error.message }) }).then(
  (server) => {
    const alive = setInterval(() => undefined, 1000);
    process.on('SIGTERM', () => {
      clearInterval(alive);
      void server.stop().then(() => process.exit(0));
    });
    say({ began: server.began, url: server.url, pid: server.pid });
  },
  (error) => {
    say({ refused: error.message, kind: error.constructor.name });
    process.exit(1);
  },
);
