/** Discovers policies, enforces their contract, plans placements and brings the command line. */
module io.eplb.core {
  requires static org.jspecify;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.dataformat.yaml;
  requires com.google.common;
  requires info.picocli;
  requires transitive io.eplb.api;
  requires org.slf4j;
  requires org.yaml.snakeyaml;

  exports io.eplb.core.balance;
  exports io.eplb.core.cluster;
  exports io.eplb.core.config;
  exports io.eplb.core.context;
  exports io.eplb.core.consistency;
  exports io.eplb.core.contract;
  exports io.eplb.core.engine;
  exports io.eplb.core.load;
  exports io.eplb.core.migration;
  exports io.eplb.core.registry;
  exports io.eplb.core.runtime;
  exports io.eplb.core.serving;
  exports io.eplb.core.simulation;
  exports io.eplb.core.update;

  opens io.eplb.core.cli to
      info.picocli;

  uses io.eplb.api.EplbPolicy;
}
