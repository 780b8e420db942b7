/**
 * The planning service, which running engines ask for plans over HTTP; and planners and agents of
 * ranks in many processes.
 */
@SuppressWarnings({"module", "requires-automatic"}) // Micrometer is no module yet.
module io.eplb.server {
  requires static org.jspecify;
  requires static io.eplb.zookeeper; // only planners and agents have it on their module path
  requires com.fasterxml.jackson.core;
  requires com.google.common;
  requires java.net.http;
  requires transitive io.eplb.core;
  requires micrometer.core;
  requires micrometer.registry.prometheus;
  requires org.eclipse.jetty.server;
  requires org.eclipse.jetty.unixdomain.server;
  requires org.slf4j;

  exports io.eplb.server to
      io.eplb.cli;
  exports io.eplb.server.agent to
      io.eplb.cli;
  exports io.eplb.server.cluster to
      io.eplb.cli;
  exports io.eplb.server.listen to
      io.eplb.cli;
  exports io.eplb.server.planner to
      io.eplb.cli;
  exports io.eplb.server.planning to
      io.eplb.cli;
  exports io.eplb.server.rpc to
      io.eplb.cli;
}
