/**
 * The library: discovers policies, enforces their contract, plans placements and carries them to
 * every rank.
 */
@SuppressWarnings("module") // The program, to which the formats are exported, is built later.
module io.eplb.core {
  requires static org.jspecify;
  requires com.fasterxml.jackson.core;
  requires com.google.common;
  requires transitive io.eplb.api;
  requires org.slf4j;
  requires org.yaml.snakeyaml;

  exports io.eplb.core.advice;
  exports io.eplb.core.balance;
  exports io.eplb.core.cluster;
  exports io.eplb.core.config;
  exports io.eplb.core.context;
  exports io.eplb.core.consistency;
  exports io.eplb.core.contract;
  exports io.eplb.core.elastic;
  exports io.eplb.core.engine;
  exports io.eplb.core.engine.shared;
  exports io.eplb.core.engine.standin;
  exports io.eplb.core.file;
  exports io.eplb.core.isolation;
  exports io.eplb.core.load;
  exports io.eplb.core.lock;
  exports io.eplb.core.migration;
  exports io.eplb.core.record;
  exports io.eplb.core.registry;
  exports io.eplb.core.runtime;
  exports io.eplb.core.selection;
  exports io.eplb.core.simulation;
  exports io.eplb.core.timeline;
  exports io.eplb.core.update;
  exports io.eplb.core.update.promise;

  // For the program that ships; an embedder's programs use the packages above.
  exports io.eplb.core.argument to
      io.eplb.server,
      io.eplb.zookeeper;
  exports io.eplb.core.foreign to
      io.eplb.cli,
      io.eplb.server,
      io.eplb.zookeeper;
  exports io.eplb.core.format to
      io.eplb.cli,
      io.eplb.server,
      io.eplb.zookeeper;
  exports io.eplb.core.format.document to
      io.eplb.server;
  exports io.eplb.core.format.load to
      io.eplb.cli;
  exports io.eplb.core.format.numpy to
      io.eplb.server;
  exports io.eplb.core.format.placement to
      io.eplb.cli;

  uses io.eplb.api.EplbPolicy;
}
