/** The common emoji by their Slack names. */

const TABLE =
  "+1 👍 -1 👎 thumbsup 👍 thumbsdown 👎 wave 👋 clap 👏 pray 🙏 raised_hands 🙌 muscle 💪 point_right 👉 " +
  "point_left 👈 point_up ☝️ point_down 👇 ok_hand 👌 eyes 👀 handshake 🤝 smile 😄 smiley 😃 grinning 😀 " +
  "slightly_smiling_face 🙂 wink 😉 joy 😂 thinking_face 🤔 sweat_smile 😅 cry 😢 sob 😭 scream 😱 sunglasses 😎 " +
  "heart ❤️ blue_heart 💙 green_heart 💚 fire 🔥 tada 🎉 sparkles ✨ star ⭐ star2 🌟 zap ⚡ boom 💥 rocket 🚀 " +
  "snowflake ❄️ snowman ⛄ mountain_snow 🏔️ snow_capped_mountain 🏔️ mountain ⛰️ white_check_mark ✅ " +
  "heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌ negative_squared_cross_mark ❎ " +
  "heavy_multiplication_x ✖️ warning ⚠️ rotating_light 🚨 no_entry ⛔ no_entry_sign 🚫 octagonal_sign 🛑 " +
  "stop_sign 🛑 construction 🚧 question ❓ grey_question ❔ exclamation ❗ grey_exclamation ❕ bangbang ‼️ " +
  "information_source ℹ️ bulb 💡 bell 🔔 no_bell 🔕 loudspeaker 📢 mega 📣 speech_balloon 💬 thought_balloon 💭 " +
  "lock 🔒 unlock 🔓 closed_lock_with_key 🔐 key 🔑 shield 🛡️ link 🔗 paperclip 📎 pushpin 📌 round_pushpin 📍 " +
  "mag 🔍 mag_right 🔎 gear ⚙️ wrench 🔧 hammer 🔨 hammer_and_wrench 🛠️ toolbox 🧰 electric_plug 🔌 computer 💻 " +
  "desktop_computer 🖥️ keyboard ⌨️ iphone 📱 calling 📲 phone ☎️ telephone_receiver 📞 email 📧 envelope ✉️ " +
  "incoming_envelope 📨 inbox_tray 📥 outbox_tray 📤 package 📦 calendar 📆 date 📅 spiral_calendar_pad 🗓️ " +
  "clock1 🕐 clock3 🕒 clock9 🕘 alarm_clock ⏰ stopwatch ⏱️ hourglass ⌛ hourglass_flowing_sand ⏳ watch ⌚ " +
  "chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 bar_chart 📊 clipboard 📋 memo 📝 pencil 📝 " +
  "pencil2 ✏️ page_facing_up 📄 page_with_curl 📃 newspaper 📰 ledger 📒 books 📚 bookmark 🔖 label 🏷️ ticket 🎫 " +
  "admission_tickets 🎟️ file_folder 📁 open_file_folder 📂 card_index_dividers 🗂️ file_cabinet 🗄️ " +
  "wastebasket 🗑️ arrow_up ⬆️ arrow_down ⬇️ arrow_left ⬅️ arrow_right ➡️ arrow_upper_right ↗️ " +
  "arrow_lower_right ↘️ arrows_counterclockwise 🔄 repeat 🔁 fast_forward ⏩ arrow_forward ▶️ " +
  "double_vertical_bar ⏸️ new 🆕 up 🆙 ok 🆗 sos 🆘 free 🆓 100 💯 red_circle 🔴 large_blue_circle 🔵 " +
  "large_green_circle 🟢 large_yellow_circle 🟡 large_orange_circle 🟠 large_purple_circle 🟣 white_circle ⚪ " +
  "black_circle ⚫ large_green_square 🟩 large_red_square 🟥 large_yellow_square 🟨 large_orange_square 🟧 " +
  "large_blue_square 🟦 white_large_square ⬜ black_large_square ⬛ small_blue_diamond 🔹 " +
  "small_orange_diamond 🔸 large_blue_diamond 🔷 one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ six 6️⃣ " +
  "seven 7️⃣ eight 8️⃣ nine 9️⃣ keycap_ten 🔟 robot_face 🤖 man-raising-hand 🙋 bust_in_silhouette 👤 " +
  "busts_in_silhouette 👥 office 🏢 house 🏠 cloud ☁️ sunny ☀️ umbrella ☂️ coffee ☕ pizza 🍕 cake 🍰 trophy 🏆 " +
  "medal 🏅 dart 🎯 checkered_flag 🏁 triangular_flag_on_post 🚩 globe_with_meridians 🌐 earth_africa 🌍 " +
  "satellite 🛰️ heavy_plus_sign ➕ heavy_minus_sign ➖ hash #️⃣ mute 🔇 sound 🔉 bug 🐛 test_tube 🧪 " +
  "microscope 🔬 scroll 📜 balance_scale ⚖️";

const words = TABLE.split(" ");
const BY_NAME = new Map();
for (let at = 0; at < words.length; at += 2) BY_NAME.set(words[at], words[at + 1]);

/** The characters of an emoji name, or undefined. */
export const emoji = (name) => BY_NAME.get(name.split("::")[0]);

/** Replace `:name:` where the name is known. */
export const withEmoji = (text) =>
  text.replace(/:([a-z0-9_+'-]+):(?::skin-tone-\d:)?/g, (whole, name) => emoji(name) ?? whole);
