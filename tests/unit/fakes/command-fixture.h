// What a command needs to run in a test, and documents as text: a request is written as a tree of Nodes
// and goes through the encoder and the decoder; an answer is decoded and shown as XML without namespaces.
#pragma once
#include "commands/command.h"
#include "fakes/memory-mail-store.h"
#include "fakes/memory-state-store.h"
#include "fakes/memory-submission.h"
#include "wbxml/decoder.h"

namespace eas::test {

struct Node {
    Tag tag;
    std::string text;
    std::vector<Node> children;
    bool is_opaque = false;

    Node(Tag of, std::string content = {}) : tag(of), text(std::move(content)) {}
    Node(Tag of, std::vector<Node> below) : tag(of), children(std::move(below)) {}
};

inline Node opaque(Tag tag, std::string content)
{
    Node node(tag, std::move(content));
    node.is_opaque = true;
    return node;
}

inline void encode(Encoder &encoder, Node const &node)
{
    encoder.start(node.tag);
    if (node.is_opaque)
        encoder.opaque(node.text);
    else
        encoder.text(node.text);
    for (Node const &child : node.children)
        encode(encoder, child);
    encoder.end();
}

inline std::string to_wbxml(Node const &root)
{
    StringAnswer sink;
    Encoder encoder(sink);
    encode(encoder, root);
    (void)encoder.finish();
    return sink.text;
}

/// "<Settings><Status>1</Status></Settings>"
inline std::string to_xml(Element const &element)
{
    std::string const name(local_name(element.tag));
    if (element.text.empty() && element.children.empty())
        return "<" + name + "/>";
    std::string xml = "<" + name + ">" + std::string(element.text);
    for (Element const &child : element.children)
        xml += to_xml(child);
    return xml + "</" + name + ">";
}

class FixedClock final : public Clock {
public:
    Instant now() override { return time; }
    Instant time = Instant::from_seconds(1795341487); ///< 2026-11-22T09:58:07Z
};

struct CommandFixture {
    MemoryMailStore mail;
    MemoryStateStore state;
    MemorySubmission submission;
    FixedClock clock;
    Settings settings;
    Ports ports{mail, state, submission, clock, settings};
    RequestLine line;
    Device device;
    ProtocolVersion version = v14_1;
    std::string body;           ///< of the request without WBXML
    std::string content_type;   ///< of the last answer
    std::string log_note;       ///< of the last request
    std::optional<Error> error; ///< of the last request

    CommandFixture() { device.id = "PHONE1"; }

    Session session_of(ProtocolVersion spoken)
    {
        return {.ports = ports,
                .version = spoken,
                .line = line,
                .user = "anna@example.com",
                .user_agent = "Test/1.0",
                .body = body,
                .device = device,
                .stored = device,
                .wait_left_seconds = {},
                .wait = {},
                .log_note = {}};
    }

    /// The bytes of the answer, "" for an answer without a body or an error.
    std::string run_bytes(CommandFunction command, Element const *document)
    {
        StringAnswer sink;
        CommandOutput output{sink};
        Session session = session_of(version);
        auto const done = command(session, document, output);
        error = done ? std::nullopt : std::optional(done.error());
        content_type = output.content_type;
        log_note = session.log_note;
        return sink.text;
    }

    std::string run_bytes(CommandFunction command, Node const &request)
    {
        std::string const document = to_wbxml(request);
        auto const root = decode(document);
        return run_bytes(command, &*root);
    }

    /// The answer as XML; "" for an answer without a body or an error.
    std::string run(CommandFunction command, Node const &request)
    {
        return xml_of(run_bytes(command, request));
    }

    static std::string xml_of(std::string const &bytes)
    {
        if (bytes.empty())
            return "";
        auto const root = decode(bytes);
        return root ? to_xml(*root) : "not WBXML: " + root.error().message;
    }
};

} // namespace eas::test
