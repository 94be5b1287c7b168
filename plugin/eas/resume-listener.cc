// See resume-listener.h. A listener deletes itself when it has answered or failed.
#include "eas/resume-listener.h"
#include "compat/dovecot.h"
#include "ping/park-message.h"

namespace eas {

namespace {

constexpr unsigned silence_milliseconds = 10 * 1000;

class ResumeListener;
std::set<ResumeListener *> listeners;

class ResumeListener {
public:
    ResumeListener(int fd, std::function<std::string(std::string_view, int)> resume,
                   std::function<void()> failed)
        : m_fd(fd), m_resume(std::move(resume)), m_failed(std::move(failed))
    {
        net_set_nonblock(m_fd, TRUE);
        m_io = io_add(m_fd, IO_READ, on_input, this);
        m_timeout = timeout_add(silence_milliseconds, on_silence, this);
        listeners.insert(this);
    }
    ~ResumeListener()
    {
        listeners.erase(this);
        timeout_remove(&m_timeout);
        io_remove(&m_io);
        i_close_fd(&m_client_fd);
        i_close_fd(&m_fd);
    }

private:
    static void on_input(ResumeListener *listener) noexcept
    {
        try {
            listener->input();
        } catch (std::exception const &exception) {
            listener->fail(exception.what());
        }
    }
    static void on_silence(ResumeListener *listener) noexcept { listener->fail("eas-ping is silent"); }

    void input()
    {
        char bytes[16 * 1024];
        int fd = -1;
        ssize_t const count = fd_read(m_fd, bytes, sizeof(bytes), &fd);
        if (fd != -1) {
            i_close_fd(&m_client_fd);
            m_client_fd = fd;
            fd_close_on_exec(fd, TRUE);
        }
        if (count < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (count <= 0)
            return fail("eas-ping hung up");
        m_frames.append({bytes, static_cast<size_t>(count)});
        Frame frame;
        switch (m_frames.next(frame)) {
        case FrameReader::State::incomplete:
            return;
        case FrameReader::State::broken:
            return fail("malformed frame");
        case FrameReader::State::frame:
            break;
        }
        if (frame.type != FrameType::resume || m_client_fd == -1)
            return fail("no resume frame with a descriptor");
        io_remove(&m_io);
        std::string const refusal = m_resume(frame.body, std::exchange(m_client_fd, -1));
        answer(refusal);
        delete this;
    }
    void answer(std::string const &refusal)
    {
        auto const reply = encode_frame(refusal.empty() ? FrameType::taken : FrameType::rejected, refusal);
        if (reply && write(m_fd, reply->data(), reply->size()) < 0 && errno != EPIPE)
            i_error("eas-master: write() failed: %m");
    }
    void fail(char const *why)
    {
        i_error("eas-master: %s", why);
        auto const failed = std::move(m_failed);
        delete this;
        failed();
    }

    int m_fd, m_client_fd = -1;
    struct io *m_io = nullptr;
    struct timeout *m_timeout = nullptr;
    FrameReader m_frames;
    std::function<std::string(std::string_view, int)> m_resume;
    std::function<void()> m_failed;
};

} // namespace

void listen_for_resume(int fd, std::function<std::string(std::string_view, int)> resume,
                       std::function<void()> failed)
{
    new ResumeListener(fd, std::move(resume), std::move(failed));
}

void close_resume_listeners()
{
    while (!listeners.empty())
        delete *listeners.begin();
}

} // namespace eas
