package io.eplb.cli.commands;

import static io.eplb.cli.CommandLineRun.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.cli.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Wrong calls of the commands of many processes. Nothing listens at port 1: a call that is not
 * refused at once would wait for ZooKeeper for ever.
 */
class ProcessCommandsTest {
  private static final String AGENT = "agent --engine %s --current %s --zookeeper ";

  @TempDir Path folder = Path.of(".");

  private Path map = Path.of(".");

  @BeforeEach
  void writeMap() throws IOException {
    Path load = Files.writeString(folder.resolve("load.json"), "[[9,1,1,1],[1,9,1,1]]");
    map = folder.resolve("map.json");
    CommandLineRun run =
        CommandLineRun.of("plan --load %s --ranks 2 --redundant-experts 2 --output %s", load, map);
    assertEquals(0, run.code(), run.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "localhost:1 --rank 2                         | --rank is 2; | has ranks 0 to 1",
        "localhost:1 --rank -1                        | --rank: '-1' | from 0 to",
        "localhost:1 --rank 0 --listen nowhere        | \"nowhere\" is no address | 127.0.0.1:7460",
        "localhost:1 --rank 0 --listen 0.0.0.0:1      | other machines | token and a TLS certificate",
        "localhost:1 --rank 0 --listen unix:/x        | --listen unix:/x | expected HOST:PORT",
        "localhost:1 --rank 0 --advertise zk1         | \"zk1\" is no address of an agent | http://",
        "localhost:1 --rank 0 --tls-key map.json      | --tls-key needs | --tls-certificate",
        "localhost:1 --rank 0 --expert-bytes 12       | --expert-bytes: '12' | multiple of 8",
        "localhost:1 --rank 0 --redundant-experts 1   | --redundant-experts 1 | contradicts",
        "localhost:1 --rank 0 --token-file absent     | absent: cannot be read | no such file",
        "localhost --rank 0                           | \"localhost\" is no ZooKeeper server | host:port",
        "localhost:1/zookeeper/a --rank 0             | \"/zookeeper/a\" is no path | /eplb",
        "embedded:0 --rank 0                          | free port | that it says",
        "embedded:zk1:2181 --rank 0                   | only this machine | embedded:PORT/PATH"
      })
  void anAgentRefusesWrongOptionsBeforeItWaits(String options, String what, String right) {
    assertRefused(what.strip(), AGENT + options.strip(), folder.resolve("engine"), map);
    assertRefused(right.strip(), AGENT + options.strip(), folder.resolve("engine"), map);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "localhost:1 --policy nobody          | there is no policy 'nobody'",
        "localhost:1 --tls-trust %s           | holds no certificate",
        "localhost:1 --token-file absent      | absent: cannot be read",
        "localhost:1 --config absent          | absent: cannot be read",
        "localhost:1 --zookeeper-user absent  | absent: cannot be read",
        "localhost:1 --session-timeout 0      | from 1 to 600",
        "localhost:1 --zookeeper-data %s      | --zookeeper-data is for --zookeeper embedded",
        "embedded                             | needs --zookeeper-data DIR",
        "embedded:0/ --zookeeper-data %s      | \"/\" is no path of a znode",
        "embedded:0 --zookeeper-data %s       | a file of that name exists"
      })
  void aPlannerRefusesWrongOptionsBeforeItWaits(String options, String right) {
    String line = "planner --zookeeper " + options.strip();
    assertRefused(right.strip(), line, line.contains("%s") ? new Object[] {map} : new Object[0]);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1                                | from 2 to 64",
        "1000000                          | from 2 to 64",
        "2 --ranks 3                      | there is a rank for each",
        "2 --fail 1@3                     | leave --fail out",
        "2 --return 1@3                   | leave --return out",
        "2 --steps 5                      | leave --steps out",
        "3 --redundant-experts 1          | 3 ranks do not divide",
        "2 --policy nobody                | there is no policy 'nobody'",
        "2 --trace -                      | so name a file",
        "2 --expert-bytes 12              | not a multiple of 8",
        "2 --expert-bytes 1073741824      | take fewer --expert-bytes"
      })
  void aDemonstrationRefusesWhatItCannotDoBeforeItStartsAProcess(String options, String right) {
    CommandLineRun run = CommandLineRun.of("demo --processes " + options.strip());
    assertEquals(2, run.code(), run.err());
    assertTrue(run.err().contains(right.strip()), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
  }

  @Test
  void aServerOfZooKeeperNamesTheFolderThatItCannotUse() {
    assertRefused("cannot use the directory", "zookeeper --data %s", map);
    assertRefused("--port: '65536'", "zookeeper --data %s --port 65536", folder);
  }
}
