// The store beside a real Radicale, which serves the very same directory. Skipped where it is not installed.
#include "stores/ics-fixture.h"
#include <arpa/inet.h>
#include <csignal>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>

using namespace eas;
using test::error_of;
using test::event_text;
using test::task_text;
namespace fs = std::filesystem;

namespace {

constexpr char const *python = "/usr/bin/python3";
constexpr char const *module_file =
    "/usr/lib/python3/dist-packages/radicale/__main__.py"; ///< python3-radicale

sockaddr_in loopback(uint16_t port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

uint16_t free_port()
{
    FileDescriptor const listener(socket(AF_INET, SOCK_STREAM, 0));
    auto address = loopback(0);
    socklen_t length = sizeof address;
    BOOST_REQUIRE(bind(listener.number(), reinterpret_cast<sockaddr *>(&address), length) == 0);
    BOOST_REQUIRE(getsockname(listener.number(), reinterpret_cast<sockaddr *>(&address), &length) == 0);
    return ntohs(address.sin_port);
}

class Radicale {
public:
    explicit Radicale(fs::path const &folder) : m_port(free_port())
    {
        auto const configuration = folder.parent_path() / "radicale.conf";
        test::write_file(configuration, "[server]\nhosts = 127.0.0.1:" + std::to_string(m_port) +
                                            "\n[auth]\ntype = none\n[web]\ntype = none\n[storage]\n"
                                            "filesystem_folder = " +
                                            folder.string() + "\n[logging]\nlevel = error\n");
        m_process = fork();
        if (m_process == 0) {
            execl(python, python, "-m", "radicale", "--config", configuration.c_str(), nullptr);
            _exit(127);
        }
        for (int tries = 0; tries < 500 && request("GET", "/") == 0; tries++)
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    ~Radicale()
    {
        kill(m_process, SIGTERM);
        waitpid(m_process, nullptr, 0);
    }
    Radicale(Radicale const &) = delete;

    /// The HTTP status, 0 without an answer; the answer is in `body`.
    int request(std::string const &method, std::string const &path, std::string const &content = {},
                std::string const &header = {})
    {
        FileDescriptor const connection(socket(AF_INET, SOCK_STREAM, 0));
        auto const address = loopback(m_port);
        if (connect(connection.number(), reinterpret_cast<sockaddr const *>(&address), sizeof address) < 0)
            return 0;
        auto const bytes = method + ' ' + path + " HTTP/1.0\r\nHost: localhost\r\nAuthorization: Basic " +
                           base64_encode("jane:x") + "\r\n" + header +
                           "Content-Length: " + std::to_string(content.size()) + "\r\n\r\n" + content;
        for (size_t sent = 0; sent < bytes.size();) {
            auto const count =
                send(connection.number(), bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
            if (count <= 0)
                return 0;
            sent += static_cast<size_t>(count);
        }
        std::string answer;
        char buffer[4096];
        for (ssize_t count = 0; (count = recv(connection.number(), buffer, sizeof buffer, 0)) > 0;)
            answer.append(buffer, static_cast<size_t>(count));
        body = answer.substr(std::min(answer.find("\r\n\r\n"), answer.size()));
        return answer.starts_with("HTTP/1.") ? std::atoi(answer.c_str() + 9) : 0;
    }

    std::string body;

private:
    uint16_t m_port;
    pid_t m_process;
};

struct Fixture : test::IcsFixture {
    Fixture()
    {
        root = temporary.path / "storage/collection-root/jane";
        fs::create_directories(temporary.path / "storage");
    }

    IcsStoreSettings patient()
    {
        auto patient = settings();
        patient.files.lock_patience = std::chrono::seconds(10);
        return patient;
    }
};

boost::test_tools::assertion_result is_installed(boost::unit_test::test_unit_id)
{
    return access(module_file, R_OK) == 0;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(ics_radicale, Fixture, *boost::unit_test::precondition(is_installed))

BOOST_AUTO_TEST_CASE(each_reads_what_the_other_wrote)
{
    Radicale radicale(temporary.path / "storage");
    BOOST_REQUIRE(radicale.request("MKCALENDAR", "/jane/theirs/") == 201);
    IcsStore jane(patient(), index);
    auto const ours = jane.create_collection("Ours \xC3\xA4", CalendarItemKind::event);
    BOOST_REQUIRE_EQUAL(error_of(ours), "");
    BOOST_REQUIRE_EQUAL(jane.collections()->size(), 2u);
    BOOST_REQUIRE(radicale.request("PROPFIND", "/jane/", "", "Depth: 1\r\n") == 207);
    BOOST_TEST(radicale.body.find("Ours \xC3\xA4") != std::string::npos);
    BOOST_TEST(radicale.body.find("/jane/theirs/") != std::string::npos);

    auto folder = *jane.open(*ours);
    auto const empty = *folder->version();
    BOOST_REQUIRE(radicale.request("PUT", "/jane/ours/a.ics", event_text("a", "Theirs")) == 201);
    BOOST_TEST(*folder->version() != empty);
    auto const listing = folder->items();
    BOOST_REQUIRE_EQUAL(listing->items.size(), 1u);
    auto text = *folder->read(listing->items[0].id);
    BOOST_TEST(text.item.uid == "a");
    auto const at = text.text.find("Theirs");
    auto const replaced = folder->replace(text.item.id, text.item.version, text.text.replace(at, 6, "Mine"));
    BOOST_REQUIRE_EQUAL(error_of(replaced), "");
    BOOST_REQUIRE(radicale.request("GET", "/jane/ours/a.ics") == 200);
    BOOST_TEST(radicale.body.find("SUMMARY:Mine\r\n") != std::string::npos);
    BOOST_TEST(radicale.body.find("X-KEPT;A=1:yes\r\n") != std::string::npos);

    BOOST_REQUIRE_EQUAL(error_of(folder->create(event_text("new", "New"))), "");
    BOOST_TEST(radicale.request("GET", "/jane/ours/new.ics") == 200);
    BOOST_REQUIRE_EQUAL(error_of(folder->remove(replaced->id, replaced->version)), "");
    BOOST_TEST(radicale.request("GET", "/jane/ours/a.ics") == 404);
    BOOST_TEST(radicale.request("DELETE", "/jane/ours/new.ics") == 200);
    BOOST_TEST(folder->items()->items.empty());

    BOOST_REQUIRE_EQUAL(error_of(jane.rename_collection(*ours, "Renamed")), "");
    BOOST_REQUIRE(radicale.request("PROPFIND", "/jane/ours/", "", "Depth: 0\r\n") == 207);
    BOOST_TEST(radicale.body.find("Renamed") != std::string::npos);
    BOOST_REQUIRE_EQUAL(error_of(jane.delete_collection(*ours)), "");
    BOOST_TEST(radicale.request("PROPFIND", "/jane/ours/", "", "Depth: 0\r\n") == 404);
    BOOST_TEST(warnings.empty());
}

BOOST_AUTO_TEST_CASE(both_write_at_once_and_nothing_is_lost)
{
    constexpr int rounds = 60;
    Radicale radicale(temporary.path / "storage");
    BOOST_REQUIRE(radicale.request("MKCALENDAR", "/jane/work/") == 201);
    BOOST_REQUIRE(radicale.request("PUT", "/jane/work/shared.ics", event_text("shared", "0")) == 201);
    auto const writer = fork();
    if (writer == 0) {
        bool all = true;
        for (int i = 0; i < rounds; i++) {
            auto const number = std::to_string(i);
            all = radicale.request("PUT", "/jane/work/r" + number + ".ics",
                                   event_text("r" + number, number)) == 201 &&
                  radicale.request("PUT", "/jane/work/shared.ics", event_text("shared", "theirs" + number)) ==
                      201 &&
                  radicale.request("GET", "/jane/work/shared.ics") == 200 && all;
        }
        _exit(all ? 0 : 1);
    }
    IcsStore jane(patient(), index);
    auto folder = *jane.open(jane.collections()->front().id);
    int status = 0, created = 0, replaced = 0;
    while (waitpid(writer, &status, WNOHANG) == 0) {
        auto const made = folder->create(event_text("m" + std::to_string(created), "Mine"));
        BOOST_REQUIRE_EQUAL(error_of(made), "");
        created++;
        auto const listing = folder->items();
        BOOST_REQUIRE_EQUAL(error_of(listing), "");
        auto const shared = std::ranges::find(listing->items, "shared", &CalendarItem::uid);
        BOOST_REQUIRE(shared != listing->items.end());
        auto const mine = folder->replace(shared->id, shared->version, event_text("shared", "mine"));
        BOOST_REQUIRE_MESSAGE(mine || mine.error().kind == ErrorKind::conflict, error_of(mine));
        replaced += bool(mine);
    }
    BOOST_TEST(WIFEXITED(status));
    BOOST_TEST(WEXITSTATUS(status) == 0);
    BOOST_TEST_MESSAGE(created << " created and " << replaced << " replaced beside Radicale's "
                               << rounds * 2);
    BOOST_TEST(folder->items()->items.size() == size_t(rounds + created + 1));
    BOOST_REQUIRE(radicale.request("GET", "/jane/work/m0.ics") == 200);
    for (auto const &entry : fs::directory_iterator(root / "work"))
        BOOST_TEST((!entry.path().filename().string().starts_with(".eas-")));
    BOOST_TEST(warnings.empty());
}

BOOST_AUTO_TEST_SUITE_END()
