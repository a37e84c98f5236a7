/** A first-in-first-out queue whose operations take constant time, however long it is. */
export interface Fifo<T> {
  readonly size: () => number;
  push(item: T): void;
  shift(): T | undefined;
}

/** Array.shift moves every other item: a backlog of 100,000 messages would take quadratic time. */
export function createFifo<T>(): Fifo<T> {
  let items: T[] = [];
  let head = 0;

  const shift = (): T | undefined => {
    const item = items[head];
    if (head >= items.length) return undefined;
    head += 1;
    if (head > 1000 && head * 2 > items.length) {
      items = items.slice(head);
      head = 0;
    }
    return item;
  };

  return {
    size: () => items.length - head,
    push: (item) => {
      items.push(item);
    },
    shift,
  };
}
