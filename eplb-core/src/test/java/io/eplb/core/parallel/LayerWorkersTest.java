package io.eplb.core.parallel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LayerWorkersTest {
  @ParameterizedTest
  @CsvSource({"1,0", "1,1", "1,58", "2,0", "2,1", "2,2", "3,58", "8,3", "8,1000"})
  void everyLayerIsRunExactlyOnce(int processors, int layers) {
    try (LayerWorkers workers = new LayerWorkers(processors, null)) {
      for (int round = 0; round < 50; round++) {
        AtomicInteger[] runs = new AtomicInteger[layers];
        for (int layer = 0; layer < layers; layer++) {
          runs[layer] = new AtomicInteger();
        }
        workers
            .newRunner()
            .forEachLayer(layers, () -> "", (layer, scratch) -> runs[layer].incrementAndGet());
        for (AtomicInteger count : runs) {
          assertEquals(1, count.get());
        }
      }
    }
  }

  @Test
  void aResultDoesNotDependOnTheNumberOfThreads() {
    double[] expected = computedWith(1);
    for (int processors = 2; processors <= 8; processors++) {
      assertArrayEquals(expected, computedWith(processors));
    }
  }

  private static double[] computedWith(int processors) {
    double[] result = new double[200];
    try (LayerWorkers workers = new LayerWorkers(processors, null)) {
      workers
          .newRunner()
          .forEachLayer(
              result.length,
              () -> new double[16],
              (layer, scratch) -> {
                for (int index = 0; index < scratch.length; index++) {
                  scratch[index] = Math.sin(layer * 31.0 + index);
                  result[layer] += scratch[index] / (index + 1);
                }
              });
    }
    return result;
  }

  @Test
  void allProcessorsWorkAtTheSameTimeEachWithItsOwnScratch() {
    int processors = 4;
    CyclicBarrier together = new CyclicBarrier(processors);
    Set<Object> scratches = ConcurrentHashMap.newKeySet();
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    try (LayerWorkers workers = new LayerWorkers(processors, null)) {
      workers
          .newRunner()
          .forEachLayer(
              processors,
              Object::new,
              (layer, scratch) -> {
                scratches.add(scratch);
                threads.add(Thread.currentThread());
                await(together);
              });
    }
    assertEquals(processors, scratches.size());
    assertEquals(processors, threads.size());
    assertTrue(threads.contains(Thread.currentThread()));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void oneLayerStaysOnTheCallingThread(int layers) {
    try (LayerWorkers workers = new LayerWorkers(4, null)) {
      workers
          .newRunner()
          .forEachLayer(
              layers,
              () -> Thread.currentThread(),
              (layer, thread) -> assertSame(Thread.currentThread(), thread));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void theFailureOfTheLowestLayerIsThrown(int processors) {
    try (LayerWorkers workers = new LayerWorkers(processors, null)) {
      for (int round = 0; round < 200; round++) {
        IllegalStateException thrown =
            assertThrows(
                IllegalStateException.class,
                () ->
                    workers
                        .newRunner()
                        .forEachLayer(
                            100,
                            () -> "",
                            (layer, scratch) -> {
                              if (layer % 10 == 7) {
                                throw new IllegalStateException("layer " + layer);
                              }
                            }));
        assertEquals("layer 7", thrown.getMessage());
      }
    }
  }

  @Test
  void anErrorInALayerLeavesTheWorkersUsable() {
    try (LayerWorkers workers = new LayerWorkers(3, null)) {
      assertThrows(
          StackOverflowError.class,
          () -> workers.newRunner().forEachLayer(10, () -> "", (layer, scratch) -> recurse(layer)));
      AtomicInteger runs = new AtomicInteger();
      workers.newRunner().forEachLayer(10, () -> "", (layer, scratch) -> runs.incrementAndGet());
      assertEquals(10, runs.get());
      assertTrue(workers.idle());
    }
  }

  @SuppressWarnings("InfiniteRecursion")
  private static int recurse(int depth) {
    return recurse(depth + 1) + 1;
  }

  @Test
  void aNestedCallRunsOnItsOwnThreadAlone() {
    AtomicInteger runs = new AtomicInteger();
    try (LayerWorkers workers = new LayerWorkers(3, null)) {
      workers
          .newRunner()
          .forEachLayer(
              10,
              () -> "",
              (outer, scratch) -> {
                Thread mine = Thread.currentThread();
                workers
                    .newRunner()
                    .forEachLayer(
                        10,
                        () -> "",
                        (inner, innerScratch) -> {
                          assertSame(mine, Thread.currentThread());
                          runs.incrementAndGet();
                        });
              });
    }
    assertEquals(100, runs.get());
  }

  @Test
  void aSecondThreadIsServedWhileTheHelpersAreBusy() throws InterruptedException {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    try (LayerWorkers workers = new LayerWorkers(2, null)) {
      Thread first =
          new Thread(
              () ->
                  workers
                      .newRunner()
                      .forEachLayer(
                          2,
                          () -> "",
                          (layer, scratch) -> {
                            inside.countDown();
                            await(release);
                          }));
      first.start();
      inside.await();
      assertFalse(workers.idle());
      AtomicInteger runs = new AtomicInteger();
      workers.newRunner().forEachLayer(5, () -> "", (layer, scratch) -> runs.incrementAndGet());
      assertEquals(5, runs.get());
      release.countDown();
      first.join();
      assertTrue(workers.idle());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aCancelledRunnerStopsBetweenLayersAndRunsNothingMore(int processors) {
    AtomicInteger runs = new AtomicInteger();
    try (LayerWorkers workers = new LayerWorkers(processors, null)) {
      CancellableRunner runner = workers.newRunner();
      assertThrows(
          CancellationException.class,
          () ->
              runner.forEachLayer(
                  1000,
                  () -> "",
                  (layer, scratch) -> {
                    runs.incrementAndGet();
                    runner.cancel();
                  }));
      assertTrue(runs.get() <= processors);
      assertThrows(
          CancellationException.class,
          () -> runner.forEachLayer(1, () -> "", (layer, scratch) -> runs.addAndGet(1000)));
      assertTrue(runs.get() <= processors);
      workers.newRunner().forEachLayer(3, () -> "", (layer, scratch) -> runs.addAndGet(1000));
      assertTrue(runs.get() >= 3000);
    }
  }

  @Test
  void aCancelledCallDoesNotWaitForAHelperThatIsStuck() throws InterruptedException {
    CountDownLatch stuck = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    LayerWorkers workers = new LayerWorkers(2, null);
    CancellableRunner runner = workers.newRunner();
    Thread caller =
        new Thread(
            () -> {
              Thread mine = Thread.currentThread();
              try {
                runner.forEachLayer(
                    2,
                    () -> "",
                    (layer, scratch) -> {
                      if (Thread.currentThread() == mine) {
                        // Leaves the other layer to the helper.
                        await(stuck);
                      } else {
                        stuck.countDown();
                        await(release);
                      }
                    });
              } catch (CancellationException expected) {
                thrown.set(expected);
              }
            });
    caller.start();
    stuck.await();
    runner.cancel();
    caller.join();
    assertTrue(thrown.get() instanceof CancellationException);
    release.countDown();
    workers.close();
  }

  @Test
  void anInterruptedCallerFinishesAndKeepsItsFlag() {
    try (LayerWorkers workers = new LayerWorkers(2, null)) {
      AtomicInteger runs = new AtomicInteger();
      Thread.currentThread().interrupt();
      workers.newRunner().forEachLayer(500, () -> "", (layer, scratch) -> runs.incrementAndGet());
      assertTrue(Thread.interrupted());
      assertEquals(500, runs.get());
    }
  }

  @Test
  void aTaskThatInterruptsItsThreadDoesNotHarmTheNext() {
    try (LayerWorkers workers = new LayerWorkers(4, null)) {
      Thread caller = Thread.currentThread();
      for (int round = 0; round < 20; round++) {
        workers
            .newRunner()
            .forEachLayer(
                50,
                () -> Boolean.TRUE,
                (layer, scratch) -> {
                  if (Thread.currentThread() != caller) {
                    Thread.currentThread().interrupt();
                  }
                });
        Set<Thread> interrupted = ConcurrentHashMap.newKeySet();
        workers
            .newRunner()
            .forEachLayer(
                50,
                () -> {
                  if (Thread.currentThread().isInterrupted()) {
                    interrupted.add(Thread.currentThread());
                  }
                  return "";
                },
                (layer, scratch) -> {});
        assertEquals(Set.of(), interrupted);
      }
    }
  }

  @Test
  void noThreadIsLeftAfterClose() throws InterruptedException {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    CyclicBarrier together = new CyclicBarrier(5);
    LayerWorkers workers = new LayerWorkers(5, null);
    workers
        .newRunner()
        .forEachLayer(
            5,
            () -> "",
            (layer, scratch) -> {
              threads.add(Thread.currentThread());
              await(together);
            });
    workers.close();
    threads.remove(Thread.currentThread());
    List<Thread> helpers = new ArrayList<>(threads);
    assertEquals(4, helpers.size());
    for (Thread helper : helpers) {
      assertTrue(helper.isDaemon());
      helper.join();
    }
    assertThrows(
        CancellationException.class,
        () -> workers.newRunner().forEachLayer(2, () -> "", (layer, scratch) -> {}));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 4097})
  void aNumberOfProcessorsOutOfRangeIsRefused(int processors) {
    InvalidInputException thrown =
        assertThrows(InvalidInputException.class, () -> new LayerWorkers(processors, null).close());
    assertEquals(
        "processors is " + processors + "; it must be between 1 and 4096", thrown.getMessage());
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (Exception failed) {
      throw new AssertionError(failed);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException failed) {
      throw new AssertionError(failed);
    }
  }
}
