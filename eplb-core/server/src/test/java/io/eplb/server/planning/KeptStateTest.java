package io.eplb.server.planning;

import static io.eplb.server.planning.ServiceRig.settings;
import static io.eplb.server.planning.ServiceRig.window;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.core.config.Settings;
import io.eplb.server.state.StateFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The knowledge of a service with a state folder after its end. */
class KeptStateTest {
  @TempDir private Path root;

  private static final String MODEL = "model-2x8";

  @Test
  void historyAnswersAndTheLatestTableAreThereAfterARestart() {
    PlanAnswer first;
    PlanAnswer second;
    try (StateFolder folder = StateFolder.open(root);
        ServiceRig rig = new ServiceRig(settings("default"), folder)) {
      first = rig.ask(window(1));
      second = rig.ask(window(2).current(Asks.current(first.table().orElseThrow())));
    }
    try (StateFolder folder = StateFolder.open(root);
        ServiceRig rig = new ServiceRig(settings("default"), folder)) {
      assertEquals(first, rig.ask(window(1)));
      ModelStatus restored = rig.service.models().get(0);
      assertEquals(2, restored.history());
      assertEquals(second.digest(), restored.digest());
      rig.ask(window(3).current(Asks.current(second.table().orElseThrow())));
      assertEquals(3, rig.latest().history());
      assertTrue(rig.latest().measured().isPresent(), "the table was planned before the restart");
    }
  }

  @Test
  void otherWeightsAfterARestartStartTheHistoryAnew() {
    PlanAnswer first;
    try (StateFolder folder = StateFolder.open(root);
        ServiceRig rig = new ServiceRig(settings("default"), folder)) {
      first = rig.ask(window(1));
      // A journal that was rewritten has the weights with the history.
      rig.service.reload(
          PlanSettings.builder(ServiceRig.config("default").with(Settings.ESTIMATOR, "mean"))
              .build());
      rig.ask(window(2));
    }
    try (StateFolder folder = StateFolder.open(root);
        ServiceRig rig = new ServiceRig(settings("default"), folder)) {
      assertEquals(first, rig.ask(window(1)));
      rig.ask(window(3));
      assertEquals(2, rig.latest().history()); // The windows since the reload alone.
    }
  }

  @Test
  void aJournalThatIsNoneIsSetAside() throws IOException {
    for (String content : List.of("Wrong", "", "Sx", "A1", "?")) {
      Path folderPath = Files.createTempDirectory(root, "state");
      try (StateFolder folder = StateFolder.open(folderPath)) {
        folder
            .journal("group", MODEL)
            .append(("\0" + content).getBytes(StandardCharsets.ISO_8859_1));
      }
      try (StateFolder folder = StateFolder.open(folderPath);
          ServiceRig rig = new ServiceRig(settings("default"), folder)) {
        rig.ask(window(1));
        assertEquals(1, rig.latest().history());
      }
      assertTrue(
          Files.exists(
              folderPath.resolve("groups").resolve("group").resolve(MODEL + ".unreadable-1")),
          content);
      try (StateFolder folder = StateFolder.open(folderPath);
          ServiceRig rig = new ServiceRig(settings("default"), folder)) {
        rig.ask(window(2));
        assertEquals(2, rig.latest().history());
      }
    }
  }
}
