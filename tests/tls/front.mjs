// TLS in front of a double that speaks none: `front.mjs PORT` prints its own port and hands all bytes on to the other one. The certificate is
// `provider.test`'s, signed by `authority.pem`, whose key nobody has; both are valid until 2126. Ends with its standard input.

import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { createServer } from "node:tls";

const read = (name) => readFileSync(new URL(name, import.meta.url));
const server = createServer({ key: read("provider.key"), cert: read("provider.pem") }, (client) => {
  const double = connect(Number(process.argv[2]), "127.0.0.1");
  client.pipe(double).pipe(client);
  const end = () => {
    client.destroy();
    double.destroy();
  };
  client.on("error", end);
  double.on("error", end);
});
// A client that does not believe the certificate goes away.
server.on("tlsClientError", () => {});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.on("end", () => process.exit()).resume();
