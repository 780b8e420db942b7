package io.eplb.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.eplb.core.config.EplbConfig;
import io.eplb.server.listen.ListenAddress;
import io.eplb.server.planning.PlanSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of the service's page are executed, one after the other, and compared. */
class ServiceDocumentTest {
  private static final Path DOCUMENT = Path.of("../docs/service.md");

  /** A command, and below it what it prints. */
  private static final Pattern EXAMPLE =
      Pattern.compile("```sh\\n(curl [^`]*)```\\n```(?:json|text)\\n([^`]*)```");

  @TempDir private Path folder;

  @Test
  void everyExampleOfThePagePrintsWhatThePageSays() throws Exception {
    assumeTrue(run("command -v curl").endsWith("curl\n"), "no curl here");
    Path socket = folder.resolve("eplb.sock");
    try (PlanningServer server =
        PlanningServer.start(
            ServerSettings.builder()
                .listen(ListenAddress.parse("127.0.0.1:0"))
                .listen(ListenAddress.parse("unix:" + socket))
                .build(),
            PlanSettings.builder(EplbConfig.defaults()).build())) {
      String port = server.addresses().get(0).replace("http://", "");
      List<String> expected = new ArrayList<>();
      List<String> printed = new ArrayList<>();
      Matcher example = EXAMPLE.matcher(Files.readString(DOCUMENT));
      while (example.find()) {
        String command = example.group(1);
        expected.add(command + example.group(2));
        printed.add(
            command
                + run(
                    command
                        .replace("/run/eplb.sock", socket.toString())
                        .replace("127.0.0.1:7460", port)));
      }
      assertTrue(expected.size() >= 6, () -> expected.size() + " examples");
      assertEquals(String.join("\n", expected), String.join("\n", printed));
    }
  }

  private String run(String command) throws IOException, InterruptedException {
    Process shell =
        new ProcessBuilder("sh", "-c", command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    shell.getOutputStream().close();
    String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    shell.waitFor();
    return output.endsWith("\n") ? output : output + "\n";
  }
}
