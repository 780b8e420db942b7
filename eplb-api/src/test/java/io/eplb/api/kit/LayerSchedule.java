package io.eplb.api.kit;

import io.eplb.api.LayerRunner;
import io.eplb.api.LayerTask;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Ways to run layers that are all allowed and must all lead to the same answer. */
enum LayerSchedule implements LayerRunner {
  /** The last layer first, on one scratch. */
  BACKWARDS {
    @Override
    public <S> void forEachLayer(
        int layers, Supplier<? extends S> newScratch, LayerTask<? super S> task) {
      S scratch = newScratch.get();
      for (int layer = layers - 1; layer >= 0; layer--) {
        task.run(layer, scratch);
      }
    }
  },
  /** Every layer on a scratch of its own. */
  FRESH_SCRATCH {
    @Override
    public <S> void forEachLayer(
        int layers, Supplier<? extends S> newScratch, LayerTask<? super S> task) {
      for (int layer = 0; layer < layers; layer++) {
        task.run(layer, newScratch.get());
      }
    }
  },
  /** The layers of four workers, one worker after the other. */
  WORKER_BY_WORKER {
    @Override
    public <S> void forEachLayer(
        int layers, Supplier<? extends S> newScratch, LayerTask<? super S> task) {
      for (int worker = 0; worker < Math.min(WORKERS, layers); worker++) {
        S scratch = newScratch.get();
        for (int layer = worker; layer < layers; layer += WORKERS) {
          task.run(layer, scratch);
        }
      }
    }
  },
  /** Four threads, each with its own scratch and every fourth layer. */
  FOUR_WORKERS {
    @Override
    public <S> void forEachLayer(
        int layers, Supplier<? extends S> newScratch, LayerTask<? super S> task) {
      @Nullable Throwable[] thrown = new Throwable[layers];
      List<Runnable> workers = new ArrayList<>();
      for (int first = 0; first < Math.min(WORKERS, layers); first++) {
        int worker = first;
        workers.add(
            () -> {
              int layer = worker;
              try {
                S scratch = newScratch.get();
                for (; layer < layers; layer += WORKERS) {
                  task.run(layer, scratch);
                }
              } catch (RuntimeException | Error e) {
                thrown[layer] = e;
              }
            });
      }
      Crew.runTogether(workers);
      for (Throwable any : thrown) {
        if (any instanceof Error error) {
          throw error;
        } else if (any instanceof RuntimeException exception) {
          throw exception;
        }
      }
    }
  };

  /** The schedules that need no second thread. */
  static final List<LayerSchedule> ON_ONE_THREAD =
      List.of(BACKWARDS, FRESH_SCRATCH, WORKER_BY_WORKER);

  private static final int WORKERS = 4;
}
