/** The program {@code eplb}: commands, reports, the demonstration and the service as a process. */
module io.eplb.cli {
  requires static org.jspecify;
  requires static io.eplb.server; // only the command serve has it on its module path
  requires com.fasterxml.jackson.core;
  requires info.picocli;
  requires io.eplb.core;
  requires jdk.unsupported; // signals
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
