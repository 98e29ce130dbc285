// The service worker, /service-worker.js: shows what arrives, opens what is clicked, renews what expires.
const PUBLIC_KEY = "__PUBLIC_KEY__";
const SERVER = "/push-subscriptions"; // where your server takes a subscription as JSON

self.addEventListener("push", (event) => {
  const message = messageOf(event.data);
  // For every push: a browser that sees pushes without a notification takes the permission away.
  event.waitUntil(
    self.registration.showNotification(message.title || "News", {
      body: message.body,
      icon: message.icon,
      badge: message.badge,
      image: message.image,
      tag: message.tag,
      silent: message.silent,
      // A button is called by where it leads.
      actions: (message.actions || []).map((one) => ({
        action: one.url || one.navigate,
        title: one.label || one.title,
      })),
      data: { url: message.url || message.navigate || "/" },
    })
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = event.action || event.notification.data.url;
  event.waitUntil(open(new URL(url, self.location.origin).href));
});

// The browser has replaced the subscription, or wants it replaced.
self.addEventListener("pushsubscriptionchange", (event) => {
  event.waitUntil(renew(event));
});

function messageOf(data) {
  if (data === null) {
    return {};
  }
  try {
    const value = data.json();
    // Declarative Web Push has its members one level below.
    return value.notification || value;
  } catch {
    return { title: data.text() };
  }
}

async function open(url) {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const shown = windows.find((client) => client.url === url);
  return shown ? shown.focus() : self.clients.openWindow(url);
}

async function renew(event) {
  const subscription =
    event.newSubscription ||
    (await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: PUBLIC_KEY }));
  const replaced = event.oldSubscription ? event.oldSubscription.endpoint : null;
  await fetch(SERVER, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ...subscription.toJSON(), replaces: replaced }),
  });
}
