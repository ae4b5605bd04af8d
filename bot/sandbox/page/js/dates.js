/** Dates and times as Slack words them. */

const formatter = (options) => new Intl.DateTimeFormat("en-US", options);
const TIME = formatter({ hour: "numeric", minute: "2-digit" });
const TIME_SECONDS = formatter({ hour: "numeric", minute: "2-digit", second: "2-digit" });
const SHORT = formatter({ month: "short", day: "numeric", year: "numeric" });
const MONTH = formatter({ month: "long" });
const WEEKDAY = formatter({ weekday: "long" });
const DAY_MS = 86_400_000;

const ordinal = (day) => {
  const teen = day % 100 > 10 && day % 100 < 14;
  return `${day}${teen ? "th" : (["th", "st", "nd", "rd"][day % 10] ?? "th")}`;
};
const startOfDay = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate());
const longDate = (date) => `${MONTH.format(date)} ${ordinal(date.getDate())}, ${date.getFullYear()}`;
const pad = (number) => String(number).padStart(2, "0");
const numericDate = (date) => `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;

const nearby = (date, now) => {
  const days = Math.round((startOfDay(date) - startOfDay(now)) / DAY_MS);
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[days];
};

const ago = (date, now) => {
  const minutes = Math.round((now - date) / 60_000);
  const [amount, unit] =
    Math.abs(minutes) < 60 ? [minutes, "minute"]
    : Math.abs(minutes) < 1440 ? [Math.round(minutes / 60), "hour"]
    : [Math.round(minutes / 1440), "day"];
  return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(-amount, unit);
};

const TOKENS = {
  date_num: numericDate,
  date: longDate,
  date_short: (date) => SHORT.format(date),
  date_long: (date) => `${WEEKDAY.format(date)}, ${longDate(date)}`,
  time: (date) => TIME.format(date),
  time_secs: (date) => TIME_SECONDS.format(date),
  ago,
};

const token = (name, date, now) => {
  const pretty = name.endsWith("_pretty");
  const plain = TOKENS[pretty ? name.slice(0, -"_pretty".length) : name];
  return (pretty && nearby(date, now)) || plain?.(date, now);
};

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** Fill Slack's date format (`{date_short_pretty} at {time}`) for epoch seconds; null when unusable. */
export const formatDate = (seconds, format, now = new Date()) => {
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return null;
  return capital(format.replace(/\{(\w+)\}/g, (whole, name) => token(name, date, now) ?? whole));
};

/** The clock time of a message. */
export const timeOf = (ts) => TIME.format(new Date(Number(ts) * 1000));

/** The full date and time of a message, for its tooltip. */
export const momentOf = (ts) => formatDate(ts, "{date_long} at {time_secs}");

/** The heading of a message's day: Today, Yesterday or the date. */
export const dayOf = (ts, now = new Date()) => {
  const date = new Date(Number(ts) * 1000);
  const name = nearby(date, now);
  return capital(name ?? `${WEEKDAY.format(date)}, ${MONTH.format(date)} ${ordinal(date.getDate())}`);
};
