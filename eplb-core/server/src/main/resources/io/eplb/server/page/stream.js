// The service's events, read with fetch: unlike EventSource it can send a token, and keeps it out of the address.

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 15000;
// The service sends a comment every 10 seconds: a connection that is silent for three of them is dead.
const LONGEST_SILENCE = 30000;

/**
 * Connects to the service until it asks for a token, and again whenever the connection ends.
 *
 * token: what to send, or null. on.open(), on.event(name, value), on.lost(milliseconds until the next try),
 * on.refused(): the service wants another token, and nothing more is tried. Returns a function that ends it.
 */
export function listen(token, on) {
  const end = new AbortController();
  run(token, on, end.signal);
  return () => end.abort();
}

async function run(token, on, ended) {
  let pause = FIRST_PAUSE;
  while (!ended.aborted) {
    const outcome = await connection(token, on, ended);
    if (ended.aborted) {
      return;
    }
    if (outcome === "refused") {
      on.refused();
      return;
    }
    pause = outcome === "served" ? FIRST_PAUSE : Math.min(2 * pause, LONGEST_PAUSE);
    on.lost(pause);
    await sleep(pause, ended);
  }
}

/** Returns "refused", "served" if events came, or "failed". */
async function connection(token, on, ended) {
  const silence = new AbortController();
  const giveUp = () => silence.abort();
  ended.addEventListener("abort", giveUp);
  let timer = setTimeout(giveUp, LONGEST_SILENCE);
  let served = false;
  try {
    const response = await fetch("/events", {
      headers: token === null ? {} : { Authorization: "Bearer " + token },
      cache: "no-store",
      signal: silence.signal,
    });
    if (response.status === 401) {
      return "refused";
    }
    if (!response.ok) {
      return "failed";
    }
    on.open();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const parse = parser((name, value) => {
      served = true;
      try {
        on.event(name, value);
      } catch (fault) {
        // A fault of the page, not of the connection.
        reportError(fault);
      }
    });
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        break;
      }
      clearTimeout(timer);
      timer = setTimeout(giveUp, LONGEST_SILENCE);
      parse(value);
    }
  } catch {
    // It could not be made, or broke, or was silent for too long: the caller tries again.
  } finally {
    clearTimeout(timer);
    ended.removeEventListener("abort", giveUp);
  }
  return served ? "served" : "failed";
}

/** Returns a function that takes the stream piece by piece and tells whole events. */
function parser(tell) {
  let rest = "";
  return (piece) => {
    const events = (rest + piece).split("\n\n");
    rest = events.pop();
    for (const event of events) {
      let name = "message";
      let data = null;
      for (const line of event.split("\n")) {
        if (line.startsWith("event: ")) {
          name = line.slice("event: ".length);
        } else if (line.startsWith("data: ")) {
          data = line.slice("data: ".length);
        }
      }
      if (data !== null) {
        tell(name, JSON.parse(data));
      }
    }
  };
}

function sleep(milliseconds, ended) {
  return new Promise((wake) => {
    const timer = setTimeout(wake, milliseconds);
    ended.addEventListener("abort", () => {
      clearTimeout(timer);
      wake();
    });
    // The network is back: no need to wait.
    addEventListener("online", wake, { once: true });
  });
}
