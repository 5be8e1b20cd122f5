// json-server on a port that the system picks; prints "listening <port>". Usage: node json_server.js DATABASE.json
const jsonServer = require("json-server");

const server = jsonServer.create();
server.use(jsonServer.defaults({ logger: false, noCors: false }));
server.use(jsonServer.bodyParser);
server.use(jsonServer.router(process.argv[2]));
const listener = server.listen(0, "127.0.0.1", () => {
  console.log(`listening ${listener.address().port}`);
});
