/** The program {@code eplb}: commands, reports and the demonstration. */
module io.eplb.cli {
  requires static org.jspecify;
  requires com.fasterxml.jackson.core;
  requires info.picocli;
  requires io.eplb.core;
  requires org.slf4j;

  opens io.eplb.cli to
      info.picocli;
  opens io.eplb.cli.arguments to
      info.picocli;
  opens io.eplb.cli.commands to
      info.picocli;
  opens io.eplb.cli.shell to
      info.picocli;
}
