// Which hits of a list are ticked: all but some, or only some. The list may be longer than what has
// been shown, so a tick is a key and not a row. Pure.

export class Ticks {
  constructor() {
    this.every(true);
  }

  every(all) {
    this.all = all;
    this.but = new Map(); // key -> hit
  }

  has(key) {
    return this.all !== this.but.has(key);
  }

  put(key, hit, ticked) {
    if (ticked === this.all) this.but.delete(key);
    else this.but.set(key, hit);
  }

  // How many of a total are ticked; `counts(hit)` leaves some kinds out.
  count(total, counts = () => true) {
    const others = [...this.but.values()].filter(counts).length;
    return this.all ? total - others : others;
  }
}
