/** App Home: the view the bot publishes for one person. */

import { renderBlocks } from "./blocks.js";
import { el } from "./dom.js";
import { keepingFocus } from "./focus.js";
import { icon } from "./icons.js";
import { createValues } from "./values.js";

/** Create the Home tab; `open()` tells the bot that it was opened. */
export const createHome = (app) => {
  const { api, hub, model } = app;
  const values = createValues();
  const node = el("div", { class: "home", role: "region", "aria-label": "App Home" });
  let view = null;
  let trouble = "";

  const surface = {
    people: model.people,
    values,
    redraw: () => draw(),
    conversation: () => undefined,
    click: async (blockId, element, state) => {
      const answer = await app.click({ home: true }, { blockId, element, state, values: values.all() });
      trouble = answer.ok === false ? `Snowline did not answer (${answer.error}). Try again?` : "";
      draw();
    },
    options: (blockId, actionId, value) =>
      api.options({ view_id: view.id, block_id: blockId, action_id: actionId, value }),
  };

  const content = () =>
    view
      ? renderBlocks(view.blocks, surface, view.state?.values)
      : el("p", { class: "muted home-empty" }, "Nothing here yet: the app has not published its Home.");

  const draw = () =>
    keepingFocus(node, () =>
      node.replaceChildren(
        ...(trouble ? [el("p", { class: "trouble", role: "alert" }, icon("warning"), trouble)] : []),
        content(),
      ),
    );

  const take = (fresh) => {
    [view, trouble] = [fresh, ""];
    draw();
  };

  hub.on("home", take);
  const open = async () => {
    draw();
    await api.openHome();
    const { view: fresh } = await api.home().catch(() => ({ view }));
    if (fresh) take(fresh);
  };
  return { node, open };
};
