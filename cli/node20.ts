/**
 * What the command line uses of newer JavaScript than Node 20 has; `pack.ts` puts it before everything else. What is
 * missing here, `cli/tsconfig.json` finds: it knows the language as of Node 20, and of later years these two only.
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
