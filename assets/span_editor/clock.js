// Seconds a person was busy with a text: time between two signs of life, long pauses left out.

const PAUSE = 30000;

export class Clock {
  constructor(now = () => Date.now()) {
    this.now = now;
    this.restart();
  }

  restart() {
    this.last = this.now();
    this.busy = 0;
  }

  // A key, a press: the person is there.
  tick() {
    const now = this.now();
    this.busy += Math.min(now - this.last, PAUSE);
    this.last = now;
  }

  // Milliseconds since the last sign of life.
  get idle() {
    return this.now() - this.last;
  }

  // Seconds since the last change was sent.
  take() {
    this.tick();
    const seconds = this.busy / 1000;
    this.busy = 0;
    return seconds;
  }
}
