// A gateway for short messages on the loopback address: npm's smpp with faults on order, for the tests.
//
// node smsc.js '{"faults": ["throttled", …], "log": "/path"}' prints its port. Every submission takes the next of the
// faults, "" being none, over and over; each part it takes is appended to the log before it is answered. Commands come
// by standard input, a line each: {"reply": "TD", "from": "86138…"} makes a telephone answer.

const fs = require("fs");
const Module = require("module");
const path = require("path");

const vendor = path.join(__dirname, "..", "vendor");
const places = { "iconv-lite": "iconv-lite-0.6.3/lib", "safer-buffer": "safer-buffer-2.1.2/safer.js" };
const resolve = Module._resolveFilename;
Module._resolveFilename = (request, ...rest) =>
  resolve(places[request] ? path.join(vendor, places[request]) : request, ...rest);
const smpp = require(path.join(vendor, "smpp-0.5.1/lib/smpp.js"));

const { faults = [""], log, slow = 0, receipts = true } = JSON.parse(process.argv[2]);
let asked = 0;
let taken = 0;
let bound = null;
const unbrought = []; // what no session was there for

function take(pdu) {
  taken += 1;
  const id = `m${taken}`;
  const { udh, message } = pdu.short_message;
  const header = udh && udh.length ? [...udh[0]] : [];
  fs.appendFileSync(log, JSON.stringify({ id, to: pdu.destination_addr, header, text: message }) + "\n");
  return id;
}

function bring(fields) {
  if (!bound) return unbrought.push(fields);
  bound.deliver_sm(fields);
}

function report(id, pdu, state) {
  if (!receipts) return;
  bring({
    source_addr: pdu.destination_addr,
    destination_addr: pdu.source_addr,
    esm_class: 4,
    short_message: `id:${id} sub:001 dlvrd:001 submit date:2611220900 done date:2611220901 stat:${state} err:000 text:`,
  });
}

const faulty = {
  "": (session, pdu) => {
    const id = take(pdu);
    session.send(pdu.response({ message_id: id }));
    report(id, pdu, "DELIVRD");
  },
  throttled: (session, pdu) => session.send(pdu.response({ command_status: smpp.ESME_RTHROTTLED })),
  full: (session, pdu) => session.send(pdu.response({ command_status: smpp.ESME_RMSGQFUL })),
  "bad number": (session, pdu) => session.send(pdu.response({ command_status: smpp.ESME_RINVDSTADR })),
  "system error": (session, pdu) => {
    take(pdu);
    session.send(pdu.response({ command_status: smpp.ESME_RSYSERR }));
  },
  // Taken, and the answer never comes.
  silent: (session, pdu) => take(pdu),
  "hang up after": (session, pdu) => {
    take(pdu);
    session.destroy();
  },
  "hang up before": (session) => session.destroy(),
  // The receipt overtakes the answer, and comes twice.
  "receipt first": (session, pdu) => {
    const id = take(pdu);
    report(id, pdu, "DELIVRD");
    report(id, pdu, "DELIVRD");
    session.send(pdu.response({ message_id: id }));
  },
  undelivered: (session, pdu) => {
    const id = take(pdu);
    session.send(pdu.response({ message_id: id }));
    report(id, pdu, "UNDELIV");
  },
};

const server = smpp.createServer((session) => {
  session.on("bind_transceiver", (pdu) => {
    session.send(pdu.response());
    bound = session;
    for (const fields of unbrought.splice(0)) bring(fields);
  });
  session.on("submit_sm", (pdu) => {
    const fault = faults[asked++ % faults.length];
    setTimeout(() => faulty[fault](session, pdu), slow);
  });
  session.on("unbind", (pdu) => {
    if (bound === session) bound = null;
    session.send(pdu.response());
    session.close();
  });
  session.on("close", () => {
    if (bound === session) bound = null;
  });
  // A client that was killed leaves half a line behind.
  session.on("error", () => session.destroy());
});

server.listen(0, "127.0.0.1", () => console.log(server.address().port));

let rest = "";
process.stdin.on("data", (chunk) => {
  const lines = (rest + chunk).split("\n");
  rest = lines.pop();
  for (const line of lines) {
    const { reply, from } = JSON.parse(line);
    bring({ source_addr: from, destination_addr: "10690000", data_coding: 8, short_message: reply });
  }
});
process.stdin.on("end", () => process.exit());
