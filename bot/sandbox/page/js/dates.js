/** Dates and times as Slack words them: what apps write by tokens in the reader's language. */

const DAY_MS = 86_400_000;
const ordinal = (day) => {
  const teen = day % 100 > 10 && day % 100 < 14;
  return `${day}${teen ? "th" : (["th", "st", "nd", "rd"][day % 10] ?? "th")}`;
};
const startOfDay = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate());
const pad = (number) => String(number).padStart(2, "0");
const numericDate = (date) => `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;

/** How one language words dates. */
const wordsIn = (locale) => {
  const write = (options) => {
    const formatter = new Intl.DateTimeFormat(locale, options);
    return (date) => formatter.format(date);
  };
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const [month, weekday] = [write({ month: "long" }), write({ weekday: "long" })];
  const isEnglish = locale.startsWith("en");
  const long = write({ day: "numeric", month: "long", year: "numeric" });
  const date = (at) => (isEnglish ? `${month(at)} ${ordinal(at.getDate())}, ${at.getFullYear()}` : long(at));
  return {
    date_num: numericDate,
    date,
    date_short: write({ month: "short", day: "numeric", year: "numeric" }),
    date_long: (at) => `${weekday(at)}${isEnglish ? "," : ""} ${date(at)}`,
    day: (at) => `${weekday(at)}, ${month(at)} ${ordinal(at.getDate())}`,
    time: write({ hour: "numeric", minute: "2-digit" }),
    time_secs: write({ hour: "numeric", minute: "2-digit", second: "2-digit" }),
    ago: (at, now) => {
      const minutes = Math.round((now - at) / 60_000);
      const [amount, unit] =
        Math.abs(minutes) < 60 ? [minutes, "minute"]
        : Math.abs(minutes) < 1440 ? [Math.round(minutes / 60), "hour"]
        : [Math.round(minutes / 1440), "day"];
      return relative.format(-amount, unit);
    },
    nearby: (at, now) => {
      const days = Math.round((startOfDay(at) - startOfDay(now)) / DAY_MS);
      return Math.abs(days) > 1 ? undefined : relative.format(days, "day");
    },
  };
};

// The page itself speaks English.
const PAGE = wordsIn("en-US");
let reader = PAGE;

/** Word what apps write in the reader's language from now on. */
export const readIn = (locale) => {
  reader = wordsIn(locale);
};

const TOKEN = /^(?:date_num|(?:date|date_short|date_long)(?:_pretty)?|time|time_secs|ago)$/;

const token = (words, name, date, now) => {
  if (!TOKEN.test(name)) return undefined;
  const pretty = name.endsWith("_pretty");
  return (pretty && words.nearby(date, now)) || words[pretty ? name.slice(0, -"_pretty".length) : name](date, now);
};

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** Fill Slack's date format (`{date_short_pretty} at {time}`) for epoch seconds; null when unusable. */
export const formatDate = (seconds, format, words = reader) => {
  const now = new Date();
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return null;
  return capital(format.replace(/\{(\w+)\}/g, (whole, name) => token(words, name, date, now) ?? whole));
};

/** The clock time of a message. */
export const timeOf = (ts) => PAGE.time(new Date(Number(ts) * 1000));

/** The full date and time of a message, for its tooltip. */
export const momentOf = (ts) => formatDate(ts, "{date_long} at {time_secs}", PAGE);

/** The heading of a message's day: Today, Yesterday or the date. */
export const dayOf = (ts, now = new Date()) => {
  const date = new Date(Number(ts) * 1000);
  return capital(PAGE.nearby(date, now) ?? PAGE.day(date));
};
