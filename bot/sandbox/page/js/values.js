/** What is filled in on one surface: the `state.values` of Slack, kept by block and action. */

const choice = (key, initial) => (element) => ({ [key]: element[initial] ?? null });
const choices = (key, initial) => (element) => ({ [key]: element[initial] ?? [] });
const text = (element) => ({ value: element.initial_value ?? null });

const INITIAL = {
  plain_text_input: text,
  email_text_input: text,
  url_text_input: text,
  number_input: text,
  static_select: choice("selected_option", "initial_option"),
  external_select: choice("selected_option", "initial_option"),
  users_select: choice("selected_user", "initial_user"),
  conversations_select: choice("selected_conversation", "initial_conversation"),
  channels_select: choice("selected_channel", "initial_channel"),
  datepicker: choice("selected_date", "initial_date"),
  timepicker: choice("selected_time", "initial_time"),
  datetimepicker: choice("selected_date_time", "initial_date_time"),
  multi_static_select: choices("selected_options", "initial_options"),
  multi_external_select: choices("selected_options", "initial_options"),
  multi_users_select: choices("selected_users", "initial_users"),
  multi_conversations_select: choices("selected_conversations", "initial_conversations"),
  multi_channels_select: choices("selected_channels", "initial_channels"),
  checkboxes: choices("selected_options", "initial_options"),
  radio_buttons: choice("selected_option", "initial_option"),
};

/** Tell whether an element has a place in `state.values`. */
const isStateful = (element) => element?.type in INITIAL;

const elementsOf = (block) =>
  [block.element, block.accessory, ...(block.type === "actions" ? (block.elements ?? []) : [])].filter(isStateful);

/** Keep the values of one surface; they survive a redraw where block and action ids stay. */
export const createValues = () => {
  let kept = new Map();
  const key = (blockId, actionId) => JSON.stringify([blockId, actionId]);

  /** Take on a new set of blocks: what is gone is forgotten, what is new starts as the server or the block says. */
  const adopt = (blocks, known) => {
    const next = new Map();
    for (const block of blocks ?? []) {
      for (const element of elementsOf(block)) {
        const at = key(block.block_id, element.action_id);
        const old = kept.get(at);
        const held = known?.[block.block_id]?.[element.action_id];
        const fresh = { type: element.type, ...INITIAL[element.type](element), ...held };
        const state = old?.state.type === element.type ? old.state : fresh;
        next.set(at, { block: block.block_id, action: element.action_id, state });
      }
    }
    kept = next;
  };

  const get = (blockId, actionId) => kept.get(key(blockId, actionId))?.state ?? {};
  const set = (blockId, actionId, state) => {
    kept.set(key(blockId, actionId), { block: blockId, action: actionId, state });
  };

  /** All values in the wire form {block_id: {action_id: state}}. */
  const all = () => {
    const values = {};
    for (const { block, action, state } of kept.values()) (values[block] ??= {})[action] = state;
    return values;
  };

  return { adopt, get, set, all };
};
