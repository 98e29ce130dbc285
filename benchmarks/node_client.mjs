// Another side of `benchmarks.dispatch`: web-push for Node.js, in a process of its own that prints its timing.
//
// Called with all that it offers for speed: one agent that keeps connections, fifty pushes at once.
// Arguments: the round as JSON, a file of receivers, the folder that web-push was installed in.

import { existsSync, readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const AT_ONCE = 50;

const [roundText, receiversFile, packages] = process.argv.slice(2);
const webpush = createRequire(join(packages, 'node_modules', 'here.js'))('web-push');
const round = JSON.parse(roundText);
const known = JSON.parse(readFileSync(receiversFile, 'utf8'));
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
const options = {
  vapidDetails: { subject: known.subject, publicKey: known.public_key, privateKey: known.private_key },
  TTL: known.ttl_s,
  agent,
  timeout: 20_000,
};

let next = 0;

async function send(pushes) {
  let left = pushes;
  const work = async () => {
    while (left > 0) {
      left -= 1;
      // It rejects where a push was not accepted.
      await webpush.sendNotification(known.subscriptions[next++ % known.subscriptions.length], known.payload, options);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

function peakMemory() {
  // Not what resourceUsage tells: that begins with the memory of whoever started the process.
  if (!existsSync('/proc/self/status')) return null;
  const told = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'));
  return Math.round(Number(told[1]) / 102.4) / 10;
}

await send(round.warm_up);
const began = process.hrtime.bigint();
const cpu = process.cpuUsage();
await send(round.pushes);
const wall = Number(process.hrtime.bigint() - began) / 1e9;
const used = process.cpuUsage(cpu);
console.log(JSON.stringify({
  pushes: round.pushes,
  wall_s: wall,
  cpu_s: (used.user + used.system) / 1e6,
  peak_mb: peakMemory(),
}));
agent.destroy();
