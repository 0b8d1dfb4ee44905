// The live line: one WebSocket, reopened with growing pauses for as long as the page is open.

import { me } from "./person.js";

const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 8000;

/**
 * Keep a line open. `onEvent(event)` gets each pushed event, `onOpen()` is told of each opening, `onLost()` of each loss.
 * Answers a function that closes it for good.
 */
export function keepLine({ onEvent, onOpen, onLost }) {
  let socket = null;
  let pause = FIRST_PAUSE_MS;
  let closed = false;

  function open() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const line = new WebSocket(`${scheme}://${location.host}/_page/socket?as=${encodeURIComponent(me())}`);
    socket = line;
    line.onopen = () => {
      pause = FIRST_PAUSE_MS;
      onOpen();
    };
    line.onmessage = (frame) => !closed && onEvent(JSON.parse(frame.data));
    line.onclose = () => !closed && retry();
  }

  function retry() {
    onLost();
    setTimeout(() => !closed && open(), pause * (0.75 + Math.random() / 2));
    pause = Math.min(pause * 1.7, LONGEST_PAUSE_MS);
  }

  open();
  return () => {
    closed = true;
    socket.close();
  };
}
