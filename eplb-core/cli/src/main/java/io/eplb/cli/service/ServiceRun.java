package io.eplb.cli.service;

import io.eplb.api.EplbException;
import io.eplb.api.wording.OneLine;
import io.eplb.cli.arguments.PolicyArguments;
import io.eplb.cli.arguments.ProtectionArguments;
import io.eplb.cli.arguments.ServiceArguments;
import io.eplb.cli.shell.ProcessSignal;
import io.eplb.core.config.EplbConfig;
import io.eplb.server.PlanningServer;
import io.eplb.server.ServerSettings;
import io.eplb.server.listen.ListenAddress;
import io.eplb.server.listen.TlsCertificate;
import io.eplb.server.planning.PlanSettings;
import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/** The service from its start to the signal that ends it. */
public final class ServiceRun {
  private final ServiceArguments service;
  private final Supplier<EplbConfig> config;
  private final PolicyArguments policy;
  private final PrintWriter out;
  private final PrintWriter err;
  private final CountDownLatch ending = new CountDownLatch(1);

  /**
   * Takes the options of the command.
   *
   * @param config reads the configuration, again for each reload
   * @param out gets a line for each address
   * @param err gets a line for each reload
   */
  public ServiceRun(
      ServiceArguments service,
      Supplier<EplbConfig> config,
      PolicyArguments policy,
      PrintWriter out,
      PrintWriter err) {
    this.service = service;
    this.config = config;
    this.policy = policy;
    this.out = out;
    this.err = err;
  }

  /**
   * Serves until a signal asks to end; a second one ends the process at once.
   *
   * @throws EplbException if the service cannot start
   */
  public void run() throws InterruptedException {
    try (PlanningServer server = PlanningServer.start(serverSettings(), planSettings())) {
      ProcessSignal.TERM.answer(this::end);
      ProcessSignal.INT.answer(this::end);
      ProcessSignal.HUP.answer(() -> reload(server));
      server.addresses().forEach(address -> out.println("listening on " + address));
      ending.await();
    }
  }

  private void end() {
    ProcessSignal.TERM.leave();
    ProcessSignal.INT.leave();
    ending.countDown();
  }

  private synchronized void reload(PlanningServer server) {
    try {
      server.reload(planSettings());
      err.println("eplb serve: the configuration is read again");
    } catch (EplbException wrong) {
      err.println(
          "eplb serve: the settings stay as they were: "
              + OneLine.of(String.valueOf(wrong.getMessage())));
    }
  }

  private ServerSettings serverSettings() {
    ServerSettings.Builder settings =
        ServerSettings.builder().maxBody(service.maxBody()).maxWaiting(service.maxWaiting());
    service.addresses().forEach(address -> settings.listen(ListenAddress.parse(address)));
    service.state().ifPresent(settings::state);
    ProtectionArguments protection = service.protection();
    protection.token().ifPresent(settings::token);
    protection
        .certificate()
        .files()
        .ifPresent(
            files -> settings.certificate(TlsCertificate.read(files.certificate(), files.key())));
    return settings.build();
  }

  private PlanSettings planSettings() {
    return PlanSettings.builder(config.get())
        .policyFolders(policy.folders())
        .policyOptions(policy.options())
        .contract(policy.contract().settings())
        .seed(policy.contract().seed())
        .build();
  }
}
