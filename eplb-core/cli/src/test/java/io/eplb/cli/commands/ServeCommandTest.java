package io.eplb.cli.commands;

import static io.eplb.cli.CommandLineRun.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options that keep the service from starting. */
class ServeCommandTest {
  @TempDir Path folder = Path.of(".");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--listen 0.0.0.0:0 | needs a token and a TLS certificate",
        "--listen nowhere | \"nowhere\" is no address to listen at; expected HOST:PORT",
        "--tls-key key.pem | --tls-key needs --tls-certificate",
        "--tls-certificate cert.pem | --tls-certificate needs --tls-key",
        "--tls-certificate missing.pem --tls-key key.pem | missing.pem: cannot be read",
        "--token-file missing.txt | missing.txt: cannot be read: no such file",
        "--max-body 0 | '0' is not a whole number from 1 to 1073741824",
        "--max-waiting none | 'none' is not a whole number from 1 to 100000",
        "--policy nobody --listen 127.0.0.1:0 | nobody",
        "--state= --listen 127.0.0.1:0 | --state is empty; name a folder",
        "--ranks 7 --nodes 2 --listen 127.0.0.1:0 | --nodes is 2; it must divide --ranks, 7",
        "--option x --listen 127.0.0.1:0 | --option 'x' is no option; expected key=value",
        "--config missing.yaml --listen 127.0.0.1:0 | missing.yaml",
      })
  void aWrongOptionIsRefusedInOneLine(String options, String message) {
    assertRefused(message, "serve " + options);
  }

  @Test
  void aTokenThatNoHeaderCarriesIsRefused() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "two words\n");
    assertRefused("the token is empty or has characters", "serve --token-file %s", token);
  }

  @Test
  void aFileInThePlaceOfTheSocketStays() throws Exception {
    Path file = Files.writeString(folder.resolve("notes.txt"), "precious");
    assertRefused("the file exists and is no socket", "serve --listen %s", "unix:" + file);
    assertEquals("precious", Files.readString(file));
  }
}
