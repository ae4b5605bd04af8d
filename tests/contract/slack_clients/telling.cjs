// What the scripts for Node.js share: say what was seen, and stay until nobody listens any more.
exports.BOT_TOKEN = "xoxb-sandbox-bot-token";
exports.APP_TOKEN = "xapp-sandbox-app-token";
exports.SIGNING_SECRET = "sandbox-signing-secret";
exports.SECURITY = "C0SECURITY";
exports.GENERAL = "C0GENERAL";
exports.IT_OPS = "C0ITOPS";
exports.ADA = "U0ADA";
exports.MIA = "U0MIA";

exports.tell = (seen) => process.stdout.write(`${JSON.stringify(seen)}\n`);

exports.stay = () => {
  process.stdin.resume();
  process.stdin.on("end", () => process.exit(0));
};

const quiet = () => {};
exports.logger = {
  debug: quiet, info: quiet, warn: quiet, error: quiet, setLevel: quiet, setName: quiet,
  getLevel: () => "error",
};
