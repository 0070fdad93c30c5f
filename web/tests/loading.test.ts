import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { effectScope, nextTick, ref } from "vue";
import { useCursor } from "@/app/use-cursor";
import { useLoad } from "@/app/use-load";
import { useImport } from "@/features/imports/use-import";

const settle = async (): Promise<void> => {
  for (let i = 0; i < 5; i += 1) await Promise.resolve();
  await nextTick();
};

describe("loading", () => {
  it("never shows an answer that is no longer wanted, and cancels its request", async () => {
    const wanted = ref("old");
    const answers: Record<string, (value: string) => void> = {};
    const signals: AbortSignal[] = [];
    const load = useLoad(
      (signal) => {
        signals.push(signal);
        return new Promise<string>((resolve) => (answers[wanted.value] = resolve));
      },
      [wanted],
    );
    wanted.value = "new";
    await nextTick();
    answers.new?.("new answer");
    await settle();
    answers.old?.("old answer");
    await settle();
    expect(load.data.value).toBe("new answer");
    expect(signals[0]?.aborted).toBe(true);
  });

  it("keeps what is on screen while something newer loads, and tells an error instead of old data", async () => {
    const round = ref(1);
    let fail: (cause: Error) => void = () => undefined;
    const load = useLoad(
      () =>
        round.value === 1 ? Promise.resolve("first") : new Promise<string>((_, reject) => (fail = reject)),
      [round],
    );
    await settle();
    round.value = 2;
    await settle();
    expect(load.data.value).toBe("first");
    fail(new Error("broken"));
    await settle();
    expect(load.data.value).toBeNull();
    expect(load.error.value).toBeInstanceOf(Error);
  });
});

describe("paging", () => {
  it("walks by cursor and starts again when a filter changes", async () => {
    const filter = ref("a");
    const asked: (string | undefined)[] = [];
    const list = useCursor<number>(
      async ({ after }) => {
        asked.push(after);
        return { items: [1, 2], total: 4, next: after ? null : "c1" };
      },
      [filter],
      2,
    );
    await settle();
    list.next();
    await settle();
    expect([list.from.value, list.hasNext.value, list.hasPrevious.value]).toEqual([2, false, true]);
    filter.value = "b";
    await settle();
    expect(list.from.value).toBe(0);
    expect(asked).toEqual([undefined, "c1", undefined]);
  });
});

describe("following an import", () => {
  class Source {
    static last: Source | null = null;
    onerror: (() => void) | null = null;
    isClosed = false;
    constructor(readonly url: string) {
      Source.last = this;
    }
    addEventListener(): void {
      // Only the failing path is looked at here.
    }
    close(): void {
      this.isClosed = true;
    }
  }

  beforeEach(() => vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("goes on by asking again when events do not come through, until the work is done", async () => {
    vi.stubGlobal("EventSource", Source);
    const states = ["reading", "reading", "ready"];
    const fetch = vi.fn(
      async () => new Response(JSON.stringify({ id: "i1", status: states.shift() ?? "ready" })),
    );
    vi.stubGlobal("fetch", fetch);
    const scope = effectScope();
    const follow = scope.run(() => useImport(ref("i1")));
    await vi.advanceTimersByTimeAsync(0);
    expect(follow?.job.value?.status).toBe("reading");
    Source.last?.onerror?.();
    await vi.advanceTimersByTimeAsync(1000);
    Source.last?.onerror?.();
    await vi.advanceTimersByTimeAsync(1000);
    expect(follow?.job.value?.status).toBe("ready");
    const asked = fetch.mock.calls.length;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(fetch.mock.calls.length).toBe(asked);
    scope.stop();
    expect(Source.last?.isClosed).toBe(true);
  });
});
