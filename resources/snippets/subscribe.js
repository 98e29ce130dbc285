// For the page that subscribes: a script of the page, with a button whose id is "subscribe".
const PUBLIC_KEY = "__PUBLIC_KEY__";
const WORKER = "/service-worker.js"; // in the root of the site: it serves what lies below it
const SERVER = "/push-subscriptions"; // where your server takes a subscription as JSON

// Browsers ask for permission only where somebody has clicked.
document.querySelector("#subscribe").addEventListener("click", () => {
  subscribe().catch((error) => console.error("Not subscribed:", error));
});

// Who subscribed before the keys were replaced is subscribed again without a click: the permission is there.
renew().catch((error) => console.error("Not renewed:", error));

async function subscribe() {
  if (!("serviceWorker" in navigator) || !("PushManager" in window)) {
    // On iPhone and iPad only a web app on the home screen can subscribe.
    throw new Error("This browser has no Web Push.");
  }
  if ((await Notification.requestPermission()) !== "granted") {
    throw new Error("Notifications are not allowed.");
  }
  await navigator.serviceWorker.register(WORKER);
  const registration = await navigator.serviceWorker.ready;
  let subscription = await registration.pushManager.getSubscription();
  let replaced = null;
  if (subscription !== null && keyOf(subscription) !== PUBLIC_KEY) {
    // It was made with another key: subscribe() would fail with InvalidStateError, and pushes to it with 403.
    replaced = subscription.endpoint;
    await subscription.unsubscribe();
    subscription = null;
  }
  if (subscription === null) {
    subscription = await registration.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: PUBLIC_KEY,
    });
  }
  await tellServer(subscription, replaced);
}

async function renew() {
  if (!("serviceWorker" in navigator) || !("Notification" in window) || Notification.permission !== "granted") {
    return;
  }
  const registration = await navigator.serviceWorker.getRegistration();
  const subscription = registration ? await registration.pushManager.getSubscription() : null;
  // Who has none does not want any.
  if (subscription !== null && keyOf(subscription) !== PUBLIC_KEY) {
    await subscribe();
  }
}

// The public key that a subscription was made with, written as PUBLIC_KEY is.
function keyOf(subscription) {
  const bytes = new Uint8Array(subscription.options.applicationServerKey ?? []);
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function tellServer(subscription, replaced) {
  // {"endpoint": …, "expirationTime": …, "keys": {"p256dh": …, "auth": …}, "replaces": the endpoint to forget}
  const response = await fetch(SERVER, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ...subscription.toJSON(), replaces: replaced }),
  });
  if (!response.ok) {
    throw new Error("The server answered " + response.status + ".");
  }
}
