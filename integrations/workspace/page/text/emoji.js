// Short names of emoji. The ones a status board leans on are drawn, so that they look the same on every machine.

import { h } from "../dom.js";
import { drawn } from "./drawn.js";

const TABLE = `
red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡 large_green_circle 🟢 large_blue_circle 🔵 large_purple_circle 🟣
large_brown_circle 🟤 black_circle ⚫ white_circle ⚪ large_green_square 🟩 large_red_square 🟥 large_yellow_square 🟨
white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌ heavy_multiplication_x ✖️ negative_squared_cross_mark ❎
warning ⚠️ no_entry ⛔ no_entry_sign 🚫 octagonal_sign 🛑 rotating_light 🚨 construction 🚧 traffic_light 🚦 vertical_traffic_light 🚥
lock 🔒 unlock 🔓 closed_lock_with_key 🔐 key 🔑 shield 🛡️ hourglass ⌛ hourglass_flowing_sand ⏳ stopwatch ⏱️ timer_clock ⏲️
alarm_clock ⏰ clock1 🕐 clock3 🕒 clock9 🕘 calendar 📆 date 📅 spiral_calendar_pad 🗓️ bell 🔔 no_bell 🔕 mega 📣 loudspeaker 📢
speech_balloon 💬 eyes 👀 wave 👋 raised_hand ✋ hand ✋ point_right 👉 point_left 👈 point_up ☝️ point_down 👇 ok_hand 👌 +1 👍
thumbsup 👍 -1 👎 thumbsdown 👎 clap 👏 pray 🙏 raised_hands 🙌 muscle 💪 handshake 🤝 writing_hand ✍️ tada 🎉 rocket 🚀 sparkles ✨
star ⭐ fire 🔥 zap ⚡ boom 💥 bulb 💡 heart ❤️ broken_heart 💔 green_heart 💚 blue_heart 💙 100 💯 smile 😄 smiley 😃 grinning 😀
slightly_smiling_face 🙂 joy 😂 sob 😭 thinking_face 🤔 cry 😢 wink 😉 sweat_smile 😅 sunglasses 😎 disappointed 😞 confused 😕
neutral_face 😐 upside_down_face 🙃 zipper_mouth_face 🤐 sleeping 😴 zzz 💤 rage 😡 heart_eyes 😍 exploding_head 🤯 shrug 🤷 facepalm 🤦
snowflake ❄️ sunny ☀️ cloud ☁️ umbrella ☔ rainbow 🌈 seedling 🌱 deciduous_tree 🌳 earth_africa 🌍 globe_with_meridians 🌐 wrench 🔧
hammer 🔨 hammer_and_wrench 🛠️ gear ⚙️ nut_and_bolt 🔩 package 📦 inbox_tray 📥 outbox_tray 📤 mailbox 📫 email 📧 memo 📝
pencil 📝 pencil2 ✏️ pushpin 📌 round_pushpin 📍 paperclip 📎 link 🔗 mag 🔍 mag_right 🔎 bookmark 🔖 label 🏷️ books 📚 book 📖
bar_chart 📊 chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 clipboard 📋 file_folder 📁 page_facing_up 📄 scroll 📜
test_tube 🧪 microscope 🔬 bug 🐛 beetle 🪲 ghost 👻 skull 💀 robot_face 🤖 computer 💻 desktop_computer 🖥️ satellite 🛰️ electric_plug 🔌
battery 🔋 floppy_disk 💾 card_index_dividers 🗂️ wastebasket 🗑️ recycle ♻️ repeat 🔁 arrows_counterclockwise 🔄 back 🔙 soon 🔜 new 🆕
ok 🆗 sos 🆘 up 🆙 arrow_up ⬆️ arrow_down ⬇️ arrow_right ➡️ arrow_left ⬅️ arrow_forward ▶️ rewind ⏪ fast_forward ⏩ double_vertical_bar ⏸️
black_square_for_stop ⏹️ leftwards_arrow_with_hook ↩️ arrow_right_hook ↪️ twisted_rightwards_arrows 🔀 question ❓ grey_question ❔
exclamation ❗ grey_exclamation ❕ information_source ℹ️ heavy_plus_sign ➕ heavy_minus_sign ➖ one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣
dart 🎯 trophy 🏆 medal 🏅 first_place_medal 🥇 second_place_medal 🥈 third_place_medal 🥉 checkered_flag 🏁 triangular_flag_on_post 🚩
coffee ☕ pizza 🍕 cake 🍰 beers 🍻 beer 🍺 palm_tree 🌴 house 🏠 office 🏢 hospital 🏥 ambulance 🚑 fire_engine 🚒 ship 🚢 car 🚗
train 🚆 station 🚉 ticket 🎫 moneybag 💰 credit_card 💳 shopping_trolley 🛒 shopping_cart 🛒 bust_in_silhouette 👤 busts_in_silhouette 👥
bow 🙇 runner 🏃 detective 🕵️ cat 🐱 dog 🐶 turtle 🐢 snail 🐌 penguin 🐧 owl 🦉 crystal_ball 🔮 thread 🧵 jigsaw 🧩 gift 🎁 balloon 🎈
`;

const pairs = TABLE.trim().split(/\s+/);
const EMOJI = new Map(pairs.flatMap((word, index) => (index % 2 ? [] : [[word, pairs[index + 1]]])));

export const emojiNames = [...EMOJI.keys()];

/** A node for `:name:`, or null when nobody knows the name. */
export function emojiNode(name) {
  const sign = EMOJI.get(name.replace(/::skin-tone-\d$/, ""));
  const picture = drawn(name);
  if (!sign && !picture) return null;
  return h(
    "span",
    { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " "), title: `:${name}:` },
    picture ?? sign,
  );
}

/** As `emojiNode`, from the sign itself in hexadecimal ("1f534-fe0f"), as rich text carries it. */
export function emojiFromCode(code) {
  const points = code.split("-").map((part) => Number.parseInt(part, 16));
  return points.every((point) => point > 0 && point <= 0x10ffff) ? String.fromCodePoint(...points) : null;
}
