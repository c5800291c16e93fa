/**
 * The web socket to the server, which is opened again whenever it is lost.
 * rat_tracker/console/wire.py has the protocol.
 */

const FIRST_WAIT = 500; // milliseconds before the first new try; doubled for each further one
const LONGEST_WAIT = 5_000;
const OPENING = 8_000; // milliseconds that a try may take

export class Connection {
  /**
   * @param {object} handlers what to do with what comes:
   *   picture(head, image, attention), with Blobs, attention null if there is none;
   *   events(list); state(name, sentence) with name connecting, open or lost
   */
  constructor(handlers) {
    this._handlers = handlers;
    this._viewer = {shown: 0, pictures: !document.hidden, attention: false};
    this._wait = FIRST_WAIT;
    this._timer = 0;
    this._socket = null;
    document.addEventListener('visibilitychange', () => {
      this.update({pictures: !document.hidden});
      if (!document.hidden) this._reconnectNow();
    });
    window.addEventListener('online', () => this._reconnectNow());
  }

  /** Connect, and keep connected. */
  open() {
    clearTimeout(this._timer);
    const address = new URL('live', document.baseURI);
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = this._socket = new WebSocket(address);
    socket.binaryType = 'arraybuffer';
    const slow = setTimeout(() => socket.close(), OPENING);
    socket.onopen = () => {
      clearTimeout(slow);
      this._wait = FIRST_WAIT;
      this._viewer.shown = 0; // pictures are counted anew
      this._send();
      this._handlers.state('open', 'connected');
    };
    socket.onmessage = event => this._receive(event.data);
    socket.onclose = () => {
      clearTimeout(slow);
      if (socket === this._socket) this._lost();
    };
  }

  /** Tell the server what changed of what this page shows and wants. */
  update(change) {
    Object.assign(this._viewer, change);
    this._send();
  }

  _send() {
    if (this._socket?.readyState === WebSocket.OPEN) this._socket.send(JSON.stringify(this._viewer));
  }

  _receive(data) {
    if (typeof data === 'string') {
      this._handlers.events(JSON.parse(data));
      return;
    }
    const start = 4 + new DataView(data).getUint32(0);
    const head = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, start - 4)));
    const image = new Blob([new Uint8Array(data, start, head.image)]);
    const attention = head.attention
      ? new Blob([new Uint8Array(data, start + head.image, head.attention)]) : null;
    this._handlers.picture(head, image, attention);
  }

  _lost() {
    this._socket = null;
    this._handlers.state('lost', 'Connection to the console lost; trying again.');
    this._askWhy();
    const wait = this._wait * (0.75 + Math.random() / 2); // not all pages at the same moment
    this._wait = Math.min(2 * this._wait, LONGEST_WAIT);
    this._timer = setTimeout(() => this.open(), wait);
  }

  /** Ask why there is no web socket: it does not say so itself, but a plain request is told. */
  async _askWhy() {
    let reason = '';
    try {
      const response = await fetch('live', {signal: AbortSignal.timeout(OPENING)});
      if (response.status === 401) reason = 'The console wants its token: reload the page.';
      else if (response.status !== 426) reason = (await response.text()).trim();
    } catch {
      return; // nobody is there
    }
    if (reason && this._socket?.readyState !== WebSocket.OPEN) this._handlers.state('lost', reason);
  }

  /** Try at once: something changed that may help. */
  _reconnectNow() {
    if (this._socket === null) this.open();
  }
}
