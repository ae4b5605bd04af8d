/** What to type into the bot's connect forms here, so that nobody has to look it up. */

// The accounts that bot/sandbox/accounts.py publishes, by modal title and field label.
const VALUES = {
  "Connect ServiceNow": {
    "Instance name": "northwind",
    "Integration user": "snowline.integration",
    "Client ID": "sandbox-servicenow-client",
    "Client secret": "sandbox-servicenow-secret",
  },
  "Connect Microsoft 365": {
    "Tenant ID": "0b1c2d3e-4f50-4617-8293-a4b5c6d7e8f9",
    "Client ID": "5a0c1e2d-3b4f-4a69-8778-9a0b1c2d3e4f",
    "Client secret": "sandbox-microsoft-secret",
  },
};

const wanted = (view) => {
  const known = VALUES[view.title?.text] ?? {};
  return view.blocks
    .filter((block) => block.element?.type === "plain_text_input" && block.label.text in known)
    .map((block) => ({ block, value: known[block.label.text] }));
};

/** Tell whether the sandbox knows something for a field that is still empty. */
export const canFillIn = (view, values) =>
  wanted(view).some(({ block }) => !values.get(block.block_id, block.element.action_id).value);

/** Put the sandbox's values into a modal's fields. */
export const fillIn = (view, values) => {
  for (const { block, value } of wanted(view)) {
    values.set(block.block_id, block.element.action_id, { type: block.element.type, value });
  }
};
