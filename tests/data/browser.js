// A browser as far as a page and a service worker of Web Push need one: runs a script, and prints what it did as JSON.
// Usage: node browser.js SCRIPT '{"held": key or null, "permission": …, "answer": …, "does": [[event, value], …]}'
const fs = require("fs");
const vm = require("vm");

const [script, options] = [process.argv[2], JSON.parse(process.argv[3])];
const told = [];
const listeners = {};
const listen = { addEventListener: (name, listener) => (listeners[name] = listener) };
const define = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });

const made = (key) => ({
  endpoint: "https://push.example/" + key.slice(-4),
  options: { applicationServerKey: Uint8Array.from(Buffer.from(key, "base64url")).buffer },
  toJSON() {
    return { endpoint: this.endpoint, keys: {} };
  },
  async unsubscribe() {
    told.push(["unsubscribe", this.endpoint]);
    held = null;
    return true;
  },
});
let held = options.held ? made(options.held) : null;
const registration = {
  pushManager: {
    getSubscription: async () => held,
    async subscribe({ userVisibleOnly, applicationServerKey }) {
      if (held !== null) throw new Error("InvalidStateError");
      told.push(["subscribe", userVisibleOnly, applicationServerKey]);
      return (held = made(applicationServerKey));
    },
  },
  showNotification: async (title, shown) => told.push(["show", title, shown]),
};

define("window", { PushManager: {}, Notification: {} });
define("navigator", {
  serviceWorker: {
    register: async (worker) => told.push(["register", worker]),
    ready: Promise.resolve(registration),
    getRegistration: async () => registration,
  },
});
define("Notification", {
  permission: options.permission,
  async requestPermission() {
    told.push(["ask"]);
    return options.answer;
  },
});
define("document", { querySelector: () => listen });
define("fetch", async (where, request) => {
  told.push([request.method, where, JSON.parse(request.body)]);
  return { ok: !options.fails, status: 500 };
});
define("self", {
  ...listen,
  registration,
  location: { origin: "https://shop.example" },
  clients: {
    matchAll: async () => [{ url: "https://shop.example/open", focus: async () => told.push(["focus"]) }],
    openWindow: async (url) => told.push(["open", url]),
  },
});
console.error = (...words) => told.push(["error", words.map(String).join(" ")]);

const data = (text) => (text === null ? null : { text: () => text, json: () => JSON.parse(text) });
const events = {
  click: () => ({}),
  push: (text) => ({ data: data(text) }),
  notificationclick: ([action, url]) => ({
    action,
    notification: { data: { url }, close: () => told.push(["close"]) },
  }),
  pushsubscriptionchange: (endpoint) => {
    held = null;
    return { newSubscription: null, oldSubscription: { endpoint } };
  },
};

const settled = () => new Promise((resolve) => setImmediate(resolve));

(async () => {
  vm.runInThisContext(fs.readFileSync(script, "utf-8"), { filename: script });
  await settled();
  for (const [name, value] of options.does) {
    const waits = [];
    listeners[name]({ ...events[name](value), waitUntil: (promise) => waits.push(promise) });
    await Promise.all(waits);
    await settled();
  }
  process.stdout.write(JSON.stringify(told));
})();
