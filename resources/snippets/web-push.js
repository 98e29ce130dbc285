// npm install web-push
const webpush = require("web-push");

// In the environment, never in the code: VAPID_PRIVATE_KEY=__PRIVATE_KEY__
webpush.setVapidDetails("__SUBJECT__", "__PUBLIC_KEY__", process.env.VAPID_PRIVATE_KEY);

// `subscription` is what the page has sent: an endpoint and its keys.
async function send(subscription, message) {
  try {
    await webpush.sendNotification(subscription, JSON.stringify(message), { TTL: 86400 });
    return true;
  } catch (error) {
    if (error.statusCode === 404 || error.statusCode === 410) {
      return false; // gone: delete the subscription
    }
    throw error;
  }
}

module.exports = { send };
