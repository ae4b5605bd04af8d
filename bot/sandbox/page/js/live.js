/** Keeps listening for what happens in the workspace (a long poll). */

const RETRY_MS = 1500;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Listen for ever, from event number `from` on.
 *
 * `onEvent(event)` gets each event in turn; `onConnection(bool)` hears of a lost and a regained server. After a
 * loss the numbering may be a new server's: `onReturn()` reads everything again and gives the number to go on from.
 */
export const listen = async (api, { from, onEvent, onConnection, onReturn }) => {
  let after = from;
  let lost = false;

  const round = async () => {
    if (lost) {
      after = await onReturn();
      lost = false;
      onConnection(true);
    }
    const answer = await api.events(after);
    for (const event of answer.events) onEvent(event);
    after = answer.n;
  };

  for (;;) {
    try {
      await round();
    } catch {
      if (!lost) onConnection(false);
      lost = true;
      await pause(RETRY_MS);
    }
  }
};
