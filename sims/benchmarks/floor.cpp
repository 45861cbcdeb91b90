// What a circuit takes at least: the same cells and synapses as a loop written by hand, on one thread.
//
//     floor FOLDER STEPS
//
// The folder holds raw arrays that sims/benchmarks/floor.py writes. Every cell has the whole equation of
// circuits/equations.py, by Euler's method; a synapse has what its projection asks for and no more. The spikes
// of a row (a cell or a given source) go to segments: its synapses of one delay, which lie together.
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

static std::string folder;

template <class T> static std::vector<T> read(const std::string &name)
{
    std::ifstream file(folder + "/" + name, std::ios::binary | std::ios::ate);
    std::vector<T> values(static_cast<size_t>(file.tellg()) / sizeof(T));
    file.seekg(0);
    file.read(reinterpret_cast<char *>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(T)));
    return values;
}

struct Segment { int32_t delay, fixed_begin, fixed_end, dynamic_begin, dynamic_end, synapses; };
struct Fixed { double weight; int32_t slot, unused; };
struct Dynamic { double weight[2], U, rate_D, rate_F, x, u, last; int32_t slot[2]; };

// One normal number a cell: counters through splitmix64, then Box and Muller; a loop that vectorises.
static inline double normal(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    z ^= z >> 31;
    const double a = (static_cast<int32_t>(z >> 33) + 1.0) * (1.0 / 2147483648.0);
    const double b = static_cast<int32_t>(z & 0x7fffffff) * (1.0 / 2147483648.0);
    return std::sqrt(-2.0 * std::log(a)) * std::cos(6.283185307179586 * b);
}

int main(int, char **given)
{
    folder = given[1];
    const int64_t steps = std::atoll(given[2]);
    const auto constants = read<double>("constants");
    const double dt = constants[0], keep = constants[1], fresh = constants[2];
    const double magnesium_per_mv = constants[3], per_magnesium_half = constants[4];
    const int slow_every = static_cast<int>(constants[5]);
    const double *rate = &constants[6], *reversal = &constants[9]; // AMPA, GABA_A, GABA_B
    const double E_NMDA = constants[12];

    auto v = read<double>("v"), w = read<double>("w"), h = read<double>("h"), free_at = read<double>("free");
    const auto per_C = read<double>("per_C"), gL = read<double>("gL"), gLDT = read<double>("gLDT"),
               EL = read<double>("EL"), VT = read<double>("VT"), per_DT = read<double>("per_DT"),
               Vr = read<double>("Vr"), Vcut = read<double>("Vcut"), a = read<double>("a"), b = read<double>("b"),
               rate_w = read<double>("rate_w"), rate_NMDA = read<double>("rate_NMDA"), gT = read<double>("gT"),
               ET = read<double>("ET"), VhT = read<double>("VhT"), h_plus = read<double>("rate_h_plus"),
               h_minus = read<double>("rate_h_minus"), I_mean = read<double>("I_mean"), I_sd = read<double>("I_sd"),
               I_ext = read<double>("I_ext"), tref = read<double>("tref");
    const size_t n = v.size();
    std::vector<double> g(4 * n + 1), block(n), I_noise(I_mean); // the last slot takes what goes nowhere
    double *ampa = g.data(), *nmda = ampa + n, *gaba_a = nmda + n, *gaba_b = gaba_a + n;

    const auto first_segment = read<int32_t>("first_segment");
    const auto segments = read<Segment>("segments");
    const auto fixed = read<Fixed>("fixed");
    auto dynamic = read<Dynamic>("dynamic");
    const auto given_step = read<int64_t>("given_step");
    const auto given_row = read<int32_t>("given_row");
    int32_t longest = 1;
    for (const auto &s : segments) longest = s.delay > longest ? s.delay : longest;
    std::vector<std::vector<int32_t>> due(static_cast<size_t>(longest) + 1);

    std::vector<int32_t> fired;
    int64_t spikes = 0, delivered = 0;
    size_t next_given = 0;
    const auto begun = std::chrono::steady_clock::now();
    for (int64_t step = 0; step < steps; step++)
    {
        const double t = static_cast<double>(step) * dt;
        if (step % slow_every == 0)
        {
            const uint64_t counter = 0x9e3779b97f4a7c15ULL * (static_cast<uint64_t>(step) * n + 1);
#pragma GCC ivdep
            for (size_t i = 0; i < n; i++)
            {
                const double noise = I_sd[i] * fresh * normal(counter + 0x9e3779b97f4a7c15ULL * i);
                I_noise[i] = I_mean[i] + (I_noise[i] - I_mean[i]) * keep + noise;
                block[i] = 1 / (1 + std::exp(-magnesium_per_mv * v[i]) * per_magnesium_half);
            }
        }
#pragma GCC ivdep
        for (size_t i = 0; i < n; i++)
        {
            const double vi = v[i], wi = w[i], hi = h[i], above = vi > VhT[i] ? 1.0 : 0.0;
            const double synaptic = ampa[i] * (reversal[0] - vi) + block[i] * nmda[i] * (E_NMDA - vi)
                + gaba_a[i] * (reversal[1] - vi) + gaba_b[i] * (reversal[2] - vi);
            const double current = gL[i] * (EL[i] - vi) + gLDT[i] * std::exp((vi - VT[i]) * per_DT[i]) - wi
                + gT[i] * hi * above * (ET[i] - vi) + I_noise[i] + I_ext[i] + synaptic;
            v[i] = vi + dt * current * per_C[i] * (t >= free_at[i] ? 1.0 : 0.0);
            w[i] = wi + dt * (a[i] * (vi - EL[i]) - wi) * rate_w[i];
            h[i] = hi + dt * ((1 - above) * (1 - hi) * h_plus[i] - above * hi * h_minus[i]);
            ampa[i] -= dt * rate[0] * ampa[i];
            nmda[i] -= dt * rate_NMDA[i] * nmda[i];
            gaba_a[i] -= dt * rate[1] * gaba_a[i];
            gaba_b[i] -= dt * rate[2] * gaba_b[i];
        }
        fired.clear();
        for (size_t i = 0; i < n; i++)
            if (v[i] > Vcut[i]) fired.push_back(static_cast<int32_t>(i));
        spikes += static_cast<int64_t>(fired.size());
        const size_t cells = fired.size();
        for (; next_given < given_step.size() && given_step[next_given] <= step; next_given++)
            fired.push_back(given_row[next_given]);
        for (const int32_t row : fired)
            for (int32_t s = first_segment[row]; s < first_segment[row + 1]; s++)
                due[static_cast<size_t>((step + segments[s].delay) % (longest + 1))].push_back(s);
        auto &now = due[static_cast<size_t>(step % (longest + 1))];
        for (const int32_t number : now)
        {
            const Segment &s = segments[number];
            delivered += s.synapses;
            for (int32_t k = s.fixed_begin; k < s.fixed_end; k++) g[fixed[k].slot] += fixed[k].weight;
            for (int32_t k = s.dynamic_begin; k < s.dynamic_end; k++)
            {
                Dynamic &one = dynamic[k];
                const double x = 1 - (1 - one.x) * std::exp((one.last - t) * one.rate_D);
                const double u = one.U + (one.u - one.U) * std::exp((one.last - t) * one.rate_F);
                g[one.slot[0]] += one.weight[0] * u * x;
                g[one.slot[1]] += one.weight[1] * u * x;
                one.x = x * (1 - u);
                one.u = u + one.U * (1 - u);
                one.last = t;
            }
        }
        now.clear();
        for (size_t k = 0; k < cells; k++)
        {
            const auto i = static_cast<size_t>(fired[k]);
            v[i] = Vr[i];
            w[i] += b[i];
            free_at[i] = t + tref[i];
        }
    }
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begun;
    std::printf("{\"simulating\": %.9g, \"spikes\": %lld, \"delivered\": %lld}\n", taken.count(),
                static_cast<long long>(spikes), static_cast<long long>(delivered));
    return 0;
}
