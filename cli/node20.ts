/**
 * Polyfills for JavaScript newer than Node 20 that the command line uses; `pack.ts` puts them first.
 * `cli/tsconfig.json` finds missing ones: it allows the language of Node 20 and these two only.
 */
declare global {
  interface MapConstructor {
    groupBy<Key, Item>(items: Iterable<Item>, keyOf: (item: Item, index: number) => Key): Map<Key, Item[]>;
  }
  interface PromiseConstructor {
    withResolvers<Value>(): {
      promise: Promise<Value>;
      resolve: (value: Value | PromiseLike<Value>) => void;
      reject: (reason?: unknown) => void;
    };
  }
}

Map.groupBy ??= <Key, Item>(items: Iterable<Item>, keyOf: (item: Item, index: number) => Key) => {
  const groups = new Map<Key, Item[]>();
  let index = 0;
  for (const item of items) {
    const key = keyOf(item, index);
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(item);
    index += 1;
  }
  return groups;
};

Promise.withResolvers ??= <Value>() => {
  let resolve: (value: Value | PromiseLike<Value>) => void = () => {};
  let reject: (reason?: unknown) => void = () => {};
  const promise = new Promise<Value>((...both) => {
    [resolve, reject] = both;
  });
  return { promise, resolve, reject };
};
