// Phones on the real libraries that write down in window.heard what they are told. `libraries` is the bundle of both.
window.heard = [];

const address = (user) => `sip:${user}@tandem.example`;

window.openPhone = (library, user, server) =>
  library === "SIP.js" ? openSipJs(user, server) : openJsSip(user, server);

async function openSipJs(user, server) {
  const { UserAgent, Registerer, Messager, Subscriber, Publisher } = libraries.sip;
  const uri = (name) => UserAgent.makeURI(address(name));
  const agent = new UserAgent({
    uri: uri(user),
    authorizationUsername: user,
    authorizationPassword: "secret",
    transportOptions: { server },
    logLevel: "error",
    delegate: {
      onMessage: (message) => {
        heard.push(`message ${message.request.body}`);
        message.accept();
      },
    },
  });
  await agent.start();
  const registerer = new Registerer(agent);
  await new Promise((resolve) => {
    registerer.stateChange.addListener((state) => state === "Registered" && resolve());
    registerer.register();
  });
  let publisher;
  window.phone = {
    says: (to, text) =>
      new Messager(agent, uri(to), text).message({
        requestDelegate: {
          onAccept: ({ message }) => heard.push(`accepted ${message.statusCode}`),
          onReject: ({ message }) => heard.push(`refused ${message.statusCode}`),
        },
      }),
    watches: (whom, event) => {
      const subscriber = new Subscriber(agent, uri(whom), event, { expires: 600 });
      subscriber.delegate = {
        onNotify: (notification) => {
          heard.push(`${event} ${notification.request.body}`);
          notification.accept();
        },
      };
      window.stopWatching = () => subscriber.unsubscribe();
      subscriber.subscribe();
    },
    publishes: (body) => {
      publisher ??= new Publisher(agent, uri(user), "presence", { contentType: "application/pidf+xml", expires: 600 });
      publisher.stateChange.addListener((state) => heard.push(`publication ${state}`));
      publisher.publish(body);
    },
  };
}

async function openJsSip(user, server) {
  const { JsSIP } = libraries;
  const agent = new JsSIP.UA({
    sockets: [new JsSIP.WebSocketInterface(server)],
    uri: address(user),
    password: "secret",
  });
  agent.on("newMessage", ({ originator, request }) => {
    if (originator === "remote") {
      heard.push(`message ${request.body}`);
    }
  });
  await new Promise((resolve) => {
    agent.on("registered", resolve);
    agent.start();
  });
  window.phone = {
    says: (to, text) =>
      agent.sendMessage(address(to), text, {
        eventHandlers: {
          succeeded: ({ response }) => heard.push(`accepted ${response.status_code}`),
          failed: ({ response }) => heard.push(`refused ${response?.status_code}`),
        },
      }),
    watches: (whom, event) => {
      const accept = event === "dialog" ? "application/dialog-info+xml" : "application/pidf+xml";
      const subscriber = agent.subscribe(address(whom), event, accept, { expires: 600, params: {}, extraHeaders: [] });
      subscriber.on("notify", (isFinal, request, body) => heard.push(`${event} ${body}`));
      subscriber.on("terminated", (code) => heard.push(`terminated ${code}`));
      window.stopWatching = () => subscriber.terminate();
      subscriber.subscribe();
    },
  };
}
