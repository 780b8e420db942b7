package io.eplb.cli.demonstration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.core.load.LoadRecording;
import org.junit.jupiter.api.Test;

class DemoReplayTest {
  @Test
  void theStepsOfAWindowAddUpToIt() {
    LoadRecording recording = LoadRecording.of(3, 1, 2, new double[] {1000, 7, 13, 1001, 500, 501});
    DemoReplay replay = new DemoReplay(recording, 10);
    long[][] sums = new long[3][2];
    for (long step = 0; step < 10; step++) {
      for (int expert = 0; expert < 2; expert++) {
        sums[replay.window(step)][expert] += replay.tokens(step, 0, expert);
      }
    }
    for (int window = 0; window < 3; window++) {
      for (int expert = 0; expert < 2; expert++) {
        assertEquals((long) recording.tokens(window, 0, expert), sums[window][expert]);
      }
    }
  }

  @Test
  void stepsBeyondTheLastRepeatTheLastWindow() {
    LoadRecording recording = LoadRecording.of(2, 1, 1, new double[] {100, 900});
    DemoReplay replay = new DemoReplay(recording, 6);
    long sum = 0;
    for (long step = 6; step < 9; step++) {
      assertEquals(1, replay.window(step));
      sum += replay.tokens(step, 0, 0);
    }
    assertEquals(900, sum);
  }

  @Test
  void sharesOfReplicasAddUpToTheTokensInEveryStep() {
    for (long step = 0; step < 20; step++) {
      for (int replicas = 1; replicas <= 5; replicas++) {
        for (long tokens = 0; tokens < 12; tokens++) {
          long sum = 0;
          for (int replica = 0; replica < replicas; replica++) {
            long share = DemoReplay.share(tokens, replica, replicas, step);
            assertTrue(share >= tokens / replicas && share <= tokens / replicas + 1);
            sum += share;
          }
          assertEquals(tokens, sum);
        }
      }
    }
  }

  @Test
  void sharesBelowATokenAreScaledUpAndVastLoadsDown() {
    DemoReplay small = new DemoReplay(LoadRecording.of(1, 1, 2, new double[] {0.75, 0.25}), 2);
    assertEquals(150, small.tokens(0, 0, 0) + small.tokens(1, 0, 0));
    assertEquals(50, small.tokens(0, 0, 1) + small.tokens(1, 0, 1));
    DemoReplay vast = new DemoReplay(LoadRecording.of(1, 1, 2, new double[] {3e300, 1e300}), 2);
    assertEquals(750_000_000_000_000L, vast.tokens(0, 0, 0) + vast.tokens(1, 0, 0));
  }
}
