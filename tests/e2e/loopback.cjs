// Preload of the Playground: its servers listen on 127.0.0.1 only, and it opens no connection to anywhere else.
const net = require("net");

const LOOPBACK = ["127.0.0.1", "localhost", "::1"];

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (first, ...rest) {
  const callback = rest.find((one) => typeof one === "function");
  if (first !== null && typeof first === "object" && "port" in first) {
    return listen.call(this, { ...first, host: "127.0.0.1" }, callback);
  }
  if (/^\d+$/.test(String(first))) {
    return listen.call(this, { port: Number(first), host: "127.0.0.1" }, callback);
  }
  return listen.call(this, first, ...rest);
};

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...given) {
  const options = Array.isArray(given[0]) ? given[0][0] : given[0]; // Node hands its own calls on as an array
  const host = options !== null && typeof options === "object" && options.port ? options.host : undefined;
  if (host === undefined || LOOPBACK.includes(host)) return connect.apply(this, given);
  process.nextTick(() => this.destroy(new Error(`${host} is outside this computer`)));
  return this;
};
