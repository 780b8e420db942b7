/** The program {@code eplb}: commands, reports, the demonstration and the service as a process. */
module io.eplb.cli {
  requires static org.jspecify;
  requires static io.eplb.server; // only serve and the processes have it on their module path
  requires static io.eplb.zookeeper; // only the processes have it
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
